export { type HeldCard, type HeldCards, heldCards } from './held.ts'
export { cardOf } from './card.ts'
