export function bundle(entry: string, format?: 'es' | 'iife'): Promise<string>
