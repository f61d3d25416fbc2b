export { keyring, noSecretStore, type SecretStore, secretFile } from './secrets.ts'
