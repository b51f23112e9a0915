export { backendContract, type ContractCase } from './backend-contract.js'
export { type FakeBackendOptions, fakeBackend } from './fake-backend.js'
export { samplePng } from './sample-images.js'
export { testData, testModel } from './test-data.js'
