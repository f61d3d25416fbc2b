// The component kit's parts that the page uses (docs/decisions/0011-component-kit.md), with the page's own look.
import * as dialog from '@zag-js/dialog'
import * as menu from '@zag-js/menu'
import { normalizeProps, useMachine } from '@zag-js/preact'
import * as tabs from '@zag-js/tabs'
import { type ReadonlySignal, type Signal, useComputed, useSignal } from '@preact/signals'
import type { ButtonHTMLAttributes, ComponentChildren, JSX } from 'preact'
import { createPortal } from 'preact/compat'
import { useId, useLayoutEffect, useRef } from 'preact/hooks'
import { Icon, type IconName } from './icons.tsx'
import { messages } from './messages.ts'

export interface TabEntry {
  readonly value: string
  readonly label: string
  readonly icon: IconName
  /** Something to see there: a short text and what it means. */
  readonly badge?: { readonly text: string; readonly means: string } | undefined
  readonly content: ComponentChildren
}

/** One of several views, chosen with arrows. */
export function Tabs({
  label,
  value,
  choose,
  entries,
}: {
  readonly label: string
  readonly value: string
  readonly choose: (value: string) => void
  readonly entries: readonly TabEntry[]
}): JSX.Element {
  const service = useMachine(tabs.machine, {
    id: useId(),
    value,
    onValueChange: ({ value }) => choose(value),
  })
  const api = tabs.connect(service, normalizeProps)
  return (
    <div {...api.getRootProps()} class="tabs">
      <div {...api.getListProps()} class="tab-list" aria-label={label}>
        {entries.map(({ value, label, icon, badge }) => (
          <button key={value} {...api.getTriggerProps({ value })} class="tab" title={label}>
            <span class="tab-icon">
              <Icon name={icon} />
              {badge && (
                <span class="badge" aria-hidden="true">
                  {badge.text}
                </span>
              )}
            </span>
            <span>{label}</span>
            {badge && <span class="unseen">, {badge.means}</span>}
          </button>
        ))}
      </div>
      {entries.map(({ value, content }) => (
        <div key={value} {...api.getContentProps({ value })} class="tab-panel">
          {content}
        </div>
      ))}
    </div>
  )
}

/** A dialog that keeps the keyboard until it is closed, and gives it back. */
export function Dialog({
  title,
  open,
  children,
}: {
  readonly title: string
  readonly open: Signal<boolean>
  readonly children: ComponentChildren
}): JSX.Element | null {
  const service = useMachine(dialog.machine, {
    id: useId(),
    open: open.value,
    onOpenChange: (details) => {
      open.value = details.open
    },
  })
  const api = dialog.connect(service, normalizeProps)
  if (!api.open) return null
  return createPortal(
    <>
      <div {...api.getBackdropProps()} class="backdrop" />
      <div {...api.getPositionerProps()} class="positioner">
        <div {...api.getContentProps()} class="dialog">
          <div class="dialog-head">
            <h2 {...api.getTitleProps()}>{title}</h2>
            <button {...api.getCloseTriggerProps()} class="quiet square" aria-label={messages.close}>
              <Icon name="close" />
            </button>
          </div>
          {children}
        </div>
      </div>
    </>,
    document.body,
  )
}

export interface MenuEntry {
  readonly value: string
  readonly label: string
  readonly icon: IconName
  /** Stands beside others of its kind, and is drawn as this. */
  readonly sign?: string
  readonly isOn?: boolean
  readonly isDanger?: boolean
}

/** A menu that several buttons open, each for what it stands for: one that has hundreds of messages needs one. */
export interface Menu {
  /** What it is open for. */
  readonly of: ReadonlySignal<string | undefined>
  readonly button: (of: string) => ButtonHTMLAttributes
  readonly list: (entries: readonly MenuEntry[]) => JSX.Element
}

/** `choose` is told what was chosen, and for what. The menu is the same as long as the component is there. */
export function useMenu(choose: (value: string, of: string) => void): Menu {
  const of = useSignal<string | undefined>(undefined)
  const service = useMachine(menu.machine, {
    id: useId(),
    loopFocus: true,
    // Within panels that cut off what does not fit.
    positioning: { strategy: 'fixed', placement: 'bottom-end' },
    onSelect: ({ value }) => {
      const { triggerValue } = menu.connect(service, normalizeProps)
      if (triggerValue !== null) choose(value, triggerValue)
    },
  })
  const now = useRef(menu.connect(service, normalizeProps))
  now.current = menu.connect(service, normalizeProps)
  const openFor = now.current.open ? (now.current.triggerValue ?? undefined) : undefined
  useLayoutEffect(() => {
    of.value = openFor
  }, [openFor])
  const same = useRef<Menu | undefined>(undefined)
  same.current ??= {
    of,
    button: (value) => now.current.getTriggerProps({ value }) as ButtonHTMLAttributes,
    list: (entries) => <MenuList api={now.current} entries={entries} />,
  }
  return same.current
}

export function MenuButton({
  menu,
  of,
  label,
  icon = 'more',
  tabIndex = 0,
}: {
  readonly menu: Menu
  readonly of: string
  readonly label: string
  readonly icon?: IconName
  readonly tabIndex?: number
}): JSX.Element {
  // Drawn again where it is opened or closed, and what it does is asked when it is pressed.
  const isOpen = useComputed(() => menu.of.value === of).value
  return (
    <button
      {...menu.button(of)}
      class={isOpen ? 'quiet square is-open' : 'quiet square'}
      aria-label={label}
      title={label}
      tabIndex={tabIndex}
      onClick={(event) => menu.button(of).onClick?.(event)}
      onKeyDown={(event) => menu.button(of).onKeyDown?.(event)}
    >
      <Icon name={icon} />
    </button>
  )
}

function MenuList({
  api,
  entries,
}: {
  readonly api: ReturnType<typeof menu.connect>
  readonly entries: readonly MenuEntry[]
}): JSX.Element {
  return (
    <div {...api.getPositionerProps()} class="menu-place">
      <div {...api.getContentProps()} class="menu">
        {entries.map(({ value, label, icon, sign, isOn = false, isDanger = false }) => (
          <div
            key={value}
            {...api.getItemProps({ value, valueText: label })}
            {...(sign === undefined ? {} : { 'aria-label': label, title: label })}
            class={`menu-entry${sign === undefined ? '' : ' menu-sign'}${isOn ? ' is-on' : ''}${isDanger ? ' is-danger' : ''}`}
          >
            {sign === undefined ? (
              <>
                <Icon name={icon} />
                <span>{label}</span>
              </>
            ) : (
              sign
            )}
          </div>
        ))}
      </div>
    </div>
  )
}
