// What every part of the page is given.
import type { Acts } from './acts.ts'
import type { Face } from './face.ts'
import type { Model } from './model.ts'
import type { Ring } from './ring.ts'
import type { Ticking } from './time.ts'
import type { Voice } from './voice.ts'

export interface Page {
  readonly model: Model
  readonly face: Face
  readonly acts: Acts
  readonly sound: Ring
  readonly voice: Voice
  readonly time: Ticking
}

export interface OfPage {
  readonly page: Page
}
