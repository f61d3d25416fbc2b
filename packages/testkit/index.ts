export { type VirtualClock, virtualClock } from './clock.ts'
export { forSeeds, rolls, seededDice } from './dice.ts'
export { type Followed, followed } from './followed.ts'
export { type Link, type VirtualNetwork, virtualNetwork } from './network.ts'
