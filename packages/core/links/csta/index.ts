export { causeOf, refusalOf } from './causes.ts'
export { type CstaLink, type CstaLinkOptions, cstaLink } from './link.ts'
