export * from '@pixvec/client'
