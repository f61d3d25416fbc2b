export type { Carried, Carry, Carrying, Said } from './carry.ts'
export { causeOf, refusalOf } from './causes.ts'
export { type CstaLink, type CstaLinkOptions, cstaLink } from './link.ts'
export { overTcp } from './tcp.ts'
