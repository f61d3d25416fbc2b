// What every part of the page is given.
import type { Acts } from './acts.ts'
import type { Face } from './face.ts'
import type { Model } from './model.ts'
import type { Sound } from './sound.ts'
import type { Ticking } from './time.ts'

export interface Page {
  readonly model: Model
  readonly face: Face
  readonly acts: Acts
  readonly sound: Sound
  readonly time: Ticking
}

export interface OfPage {
  readonly page: Page
}
