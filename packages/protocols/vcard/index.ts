export { type Vcard, type VcardNumber, type VcardPhoto } from './card.ts'
export { type Property, readProperty } from './property.ts'
export { type VcardRead, VcardReader } from './reader.ts'
export { writeVcard } from './write.ts'
