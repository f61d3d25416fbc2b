// A directory of address books in a test.
import { readSettings } from '@openparley/contract'
import { type House, houseOf } from '../../services/directory/port-house.suite.ts'
import { carddavDirectory } from './directory-carddav.ts'

export function house(given: Readonly<Record<string, unknown>>): House {
  return houseOf(carddavDirectory, readSettings(given))
}
