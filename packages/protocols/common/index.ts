export type { Clock, Dice, Engine, Millis } from './engine.ts'
