export { cucmProvisioning } from './provisioning-cucm.ts'
