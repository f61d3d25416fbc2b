// A button that is a drawing: its words are its name, and are shown where the pointer rests.
import type { JSX } from 'preact'
import { Icon, type IconName } from './icons.tsx'

export function Quiet({
  icon,
  label,
  press,
  id,
  isOn,
  opens,
  isLocked = false,
}: {
  readonly icon: IconName
  readonly label: string
  readonly press: () => void
  readonly id?: string
  /** Of one that is switched on and off. */
  readonly isOn?: boolean
  /** Whether what it opens is open; absent where it acts at once. */
  readonly opens?: boolean
  readonly isLocked?: boolean
}): JSX.Element {
  return (
    <button
      type="button"
      class="quiet square"
      aria-label={label}
      title={label}
      disabled={isLocked}
      {...(id === undefined ? {} : { id })}
      {...(isOn === undefined ? {} : { 'aria-pressed': isOn })}
      {...(opens === undefined ? {} : { 'aria-expanded': opens })}
      onClick={press}
    >
      <Icon name={icon} />
    </button>
  )
}
