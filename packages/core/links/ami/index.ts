export { refusalOf } from './causes.ts'
export { type AmiLink, amiLink } from './link.ts'
