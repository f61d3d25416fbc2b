// Drawings of the page; each stands beside words or in a button that has a name.
import type { JSX } from 'preact'

const paths = {
  call: 'M6.6 10.8a15 15 0 0 0 6.6 6.6l2.2-2.2a1 1 0 0 1 1-.25 11.4 11.4 0 0 0 3.6.57 1 1 0 0 1 1 1V20a1 1 0 0 1-1 1A17 17 0 0 1 3 4a1 1 0 0 1 1-1h3.5a1 1 0 0 1 1 1c0 1.25.2 2.45.57 3.57a1 1 0 0 1-.25 1z',
  end: 'M12 9c-1.6 0-3.15.25-4.6.72v3.1a1 1 0 0 1-.56.9c-.98.49-1.87 1.12-2.66 1.85a1 1 0 0 1-1.4 0L.29 13.08a1 1 0 0 1 0-1.41A16.9 16.9 0 0 1 12 7c4.54 0 8.66 1.78 11.71 4.67a1 1 0 0 1 0 1.41l-2.48 2.48a1 1 0 0 1-1.41 0 11.3 11.3 0 0 0-2.67-1.85 1 1 0 0 1-.56-.9v-3.1A15 15 0 0 0 12 9z',
  hold: 'M7 5h3v14H7zM14 5h3v14h-3z',
  resume: 'M8 5v14l11-7z',
  mute: 'M12 14a3 3 0 0 0 3-3V5a3 3 0 0 0-6 0v6a3 3 0 0 0 3 3zm5-3a5 5 0 0 1-10 0H5a7 7 0 0 0 6 6.92V21h2v-3.08A7 7 0 0 0 19 11z',
  unmute:
    'M15 10.6V5a3 3 0 0 0-5.8-1zM4.3 3 3 4.3l6 6V11a3 3 0 0 0 4.2 2.75l1.66 1.66A5 5 0 0 1 7 11H5a7 7 0 0 0 6 6.92V21h2v-3.08a7 7 0 0 0 3.1-1.1L19.7 20.4 21 19.1z',
  keypad:
    'M5 4h3v3H5zM10.5 4h3v3h-3zM16 4h3v3h-3zM5 9.5h3v3H5zM10.5 9.5h3v3h-3zM16 9.5h3v3h-3zM5 15h3v3H5zM10.5 15h3v3h-3zM16 15h3v3h-3zM10.5 20h3v3h-3z',
  history:
    'M13 3a9 9 0 0 0-9 9H1l4 4 4-4H6a7 7 0 1 1 2.05 4.95l-1.42 1.42A9 9 0 1 0 13 3zm-1 5v5l4.25 2.52.77-1.28-3.52-2.09V8z',
  services: 'M3 13h4l2-6 4 12 3-9 1.5 3H21v-2h-2.3L15.8 4.5 13 13 9 1.5 5.5 11H3z',
  incoming: 'M20 5.4 18.6 4 7 15.6V9H5v10h10v-2H8.4z',
  outgoing: 'M9 5v2h6.6L4 18.6 5.4 20 17 8.4V15h2V5z',
  missed: 'M19.6 7 12 14.6 6.4 9H11V7H3v8h2v-4.6l7 7 9-9z',
  erase:
    'M22 4H8.5a2 2 0 0 0-1.5.7L1 12l6 7.3a2 2 0 0 0 1.5.7H22zm-3 11.6L17.6 17 15 14.4 12.4 17 11 15.6l2.6-2.6L11 10.4 12.4 9l2.6 2.6L17.6 9 19 10.4 16.4 13z',
  help: 'M4 5h16a2 2 0 0 1 2 2v10a2 2 0 0 1-2 2H4a2 2 0 0 1-2-2V7a2 2 0 0 1 2-2zm1 3v2h2V8zm4 0v2h2V8zm4 0v2h2V8zm4 0v2h2V8zM5 11v2h2v-2zm12 0v2h2v-2zm-8 0v2h6v-2zm-2 4v2h10v-2z',
  sound:
    'M3 9v6h4l5 5V4L7 9zm13.5 3A4.5 4.5 0 0 0 14 7.97v8.05A4.5 4.5 0 0 0 16.5 12zM14 3.23v2.06a7 7 0 0 1 0 13.42v2.06a9 9 0 0 0 0-17.54z',
  settings:
    'M4 6h9v2H4zm13 0h3v2h-3zM15 4.5h2v5h-2zM4 11h3v2H4zm7 0h9v2h-9zM7.5 9.5h2v5h-2zM4 16h9v2H4zm13 0h3v2h-3zm-2-1.5h2v5h-2z',
  close: 'M19 6.4 17.6 5 12 10.6 6.4 5 5 6.4 10.6 12 5 17.6 6.4 19 12 13.4 17.6 19 19 17.6 13.4 12z',
  warn: 'M1 21h22L12 2zm12-3h-2v-2h2zm0-4h-2v-4h2z',
} as const

export type IconName = keyof typeof paths

export function Icon({ name }: { readonly name: IconName }): JSX.Element {
  return (
    <svg class="icon" viewBox="0 0 24 24" width="24" height="24" aria-hidden="true">
      <path d={paths[name]} />
    </svg>
  )
}
