import type { ReactNode } from 'react'

// Drawn on a 20 px grid with one stroke width; they carry no meaning of their own, the word beside them does.
const shapes = {
  today: <path d="M3.5 9 10 3.5 16.5 9v7.500h-4.25v-4.500h-4.500v4.500H3.500z" />,
  groups: <path d="M7.5 9.500a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM2.5 16.500c0-3 2.2-4.7 5-4.700s5 1.7 5 4.700M13 4a2.7 2.7 0 0 1 0 5.200M14.5 12c1.9.6 3 2.2 3 4.5" />,
  approvals: <path d="M3.5 11.5 5.5 4h9l2 7.500v5h-13zM3.5 11.500h4l1 2h3l1-2h4" />,
  offers: <path d="M10.5 3.500H16.500V9.500L9.5 16.5 3.5 10.500zM13.3 6.700h.01" />,
  copy: <path d="M7.5 7.500v-4h9v9h-4M3.5 7.500h9v9h-9z" />,
  check: <path d="m4 10.5 4 4 8-9" />,
  close: <path d="m5 5 10 10M15 5 5 15" />,
  info: <path d="M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM10 9.200v4.300M10 6.500h.01" />,
  alert: <path d="M10 3.5 17.5 16.500h-15zM10 8.500v3.500M10 14.200h.01" />,
  clock: <path d="M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM10 6v4.200l2.7 1.8" />,
  up: <path d="M10 16V4.500M5 9l5-5 5 5" />,
  down: <path d="M10 4v11.500M5 11l5 5 5-5" />,
  left: <path d="M12.5 4.5 7 10l5.5 5.5" />,
  right: <path d="M7.5 4.5 13 10l-5.5 5.5" />,
  person: <path d="M10 9.500a3.2 3.2 0 1 0 0-6.4 3.2 3.2 0 0 0 0 6.400ZM3.8 16.800c.4-3.2 2.9-5 6.2-5s5.8 1.8 6.2 5" />,
  out: <path d="M8 3.500H3.500v13H8M8.5 10h8M13.5 6.5 17 10l-3.5 3.5" />,
  plus: <path d="M10 4v12M4 10h12" />,
  eye: <path d="M2.5 10C4.2 6.7 6.8 5 10 5s5.8 1.7 7.5 5c-1.7 3.3-4.3 5-7.5 5s-5.8-1.7-7.5-5ZM10 12.200a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4" />,
  codes: <path d="M3.5 3.500h5v5h-5zM11.500 3.500h5v5h-5zM3.5 11.500h5v5h-5zM11.500 11.500h2v2h-2zM16.500 11.500v5h-5" />,
  replies: <path d="M3.5 4h13v9.500H9l-3.500 3v-3h-2zM6.500 7.500h7M6.500 10h4" />,
  reach: <path d="M3.5 8v4l9 4V4zM3.5 12l1.500 4.500h2.500L6.500 13.300M15.500 8a3 3 0 0 1 0 4" />,
  send: <path d="M3 10 17 3.500 12.500 16.500 9.500 11zM9.500 11 17 3.500" />,
  content: <path d="M4 3.500h9l3 3v10H4zM7 9.500h6M7 12.500h6M12.500 3.800v3.400h3.200" />,
  team: <path d="M7 9a2.600 2.600 0 1 0 0-5.200A2.600 2.600 0 0 0 7 9ZM2.500 16c.2-2.800 2-4.400 4.500-4.400s4.300 1.600 4.500 4.400M14.500 6.500v5M12 9h5" />,
  system: <path d="M3.5 4h13v4.500h-13zM3.5 11.500h13V16h-13zM6.500 6.300h.01M6.500 13.800h.01" />,
  pacing: <path d="M3.500 14.500a6.800 6.800 0 1 1 13 0M10 12.500l3-4M10 14.500a1.600 1.600 0 1 0 0-3.200 1.600 1.600 0 0 0 0 3.200" />,
  stop: <path d="M7 2.800h6l4.200 4.200v6L13 17.200H7L2.800 13V7zM7.300 7.300h5.400v5.400H7.300z" />,
  more: <path d="M4.500 10h.01M10 10h.01M15.500 10h.01" />,
  trash: <path d="M4 6h12M8 6V4h4v2M5.500 6l.8 10.500h7.400L14.500 6M8.500 9v4.500M11.500 9v4.500" />,
  edit: <path d="M4 16l.8-3.500L13.5 3.800l2.700 2.700-8.700 8.700zM11.500 5.800l2.700 2.700" />,
  again: <path d="M15.8 8A6.2 6.2 0 1 0 16 11.500M16 4v4.200h-4.200" />,
  shop: <path d="M3.500 8.500 5 3.500h10l1.500 5M3.500 8.500a2.200 2.200 0 0 0 4.300 0 2.200 2.200 0 0 0 4.400 0 2.200 2.200 0 0 0 4.300 0M4.500 10.800V16.500h11v-5.700M8.500 16.500v-3.500h3v3.500" />,
  money: <path d="M3 5.500h14v9H3zM10 12.200a2.200 2.200 0 1 0 0-4.400 2.200 2.200 0 0 0 0 4.400M5.500 8v.01M14.500 12v.01" />,
  gift: <path d="M3.500 7.500h13v3h-13zM4.500 10.500v6h11v-6M10 7.500v9M10 7.500C7 7.500 5.800 6.300 6.300 4.800S9.500 4 10 7.500c.5-3.500 3.200-4.200 3.700-2.700S13 7.500 10 7.500" />,
  leaf: <path d="M4 16c0-7 4-11.5 12.5-12C16.5 12 12.5 16 7 15M4 16.500C5 13 7.5 10 11.5 8" />,
} satisfies Record<string, ReactNode>

export type IconName = keyof typeof shapes

export function Icon({ name, size = 18 }: { name: IconName; size?: number }) {
  return (
    <svg className="icon" width={size} height={size} viewBox="0 0 20 20" aria-hidden="true">
      {shapes[name]}
    </svg>
  )
}

/** Mark is the sign of the house: many at the top, fewer below, one who comes back. */
export function Mark({ size = 24 }: { size?: number }) {
  return (
    <svg className="mark" width={size} height={size} viewBox="0 0 32 32" aria-hidden="true">
      <rect width="32" height="32" rx="9" />
      <g>
        <rect x="7" y="8" width="18" height="4" rx="2" />
        <rect x="10.5" y="14.5" width="11" height="4" rx="2" />
        <circle cx="16" cy="23" r="2.5" />
      </g>
    </svg>
  )
}
