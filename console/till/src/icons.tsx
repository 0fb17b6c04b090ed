import type { ReactNode } from 'react'

// Drawn on a 20 px grid with one stroke width; they carry no meaning of their own, the word beside them does.
const shapes = {
  scan: <path d="M3.5 7v-3.500H7M13 3.500h3.500V7M16.500 13v3.500H13M7 16.500H3.500V13M3.500 10h13" />,
  type: <path d="M3.500 5.500h13v9h-13zM6 8.500h.01M9 8.500h.01M12 8.500h.01M14.500 8.500h.01M6.500 11.700h7" />,
  phone: <path d="M6 2.800h8v14.400H6zM9.200 14.700h1.600" />,
  desk: <path d="M3.500 6.500h13v2.200a1.300 1.300 0 0 0 0 2.600v2.200h-13v-2.200a1.300 1.300 0 0 0 0-2.600zM8 10l1.500 1.500L12.500 8.500" />,
  recent: <path d="M10 17a7 7 0 1 0 0-14 7 7 0 0 0 0 14ZM10 6v4.200l2.700 1.800" />,
  sheet: <path d="M4 3.500h12v13H4zM7 13v-2.500M10 13V7M13 13v-4.500" />,
  menu: <path d="M3.500 5.500h13M3.500 10h13M3.500 14.500h13" />,
  close: <path d="m5 5 10 10M15 5 5 15" />,
  plus: <path d="M10 4v12M4 10h12" />,
  check: <path d="m4 10.500 4 4 8-9" />,
  alert: <path d="M10 3.500 17.500 16.500h-15zM10 8.500v3.500M10 14.200h.01" />,
  cloud: <path d="M6 14.500a3.200 3.200 0 0 1-.3-6.400A4.500 4.500 0 0 1 14.300 8a3.300 3.300 0 0 1 .2 6.500M3.500 3.500l13 13" />,
  up: <path d="M10 16V4.500M5 9l5-5 5 5" />,
  undo: <path d="M7.500 4 4 7.500 7.500 11M4 7.500h7.500a4.500 4.500 0 0 1 0 9H8" />,
  shop: <path d="M4 8.500v8h12v-8M3 8.500 4.500 3.500h11L17 8.500a2.300 2.300 0 0 1-4.600 0 2.400 2.400 0 0 1-4.800 0A2.300 2.300 0 0 1 3 8.500ZM8.500 16.500v-4h3v4" />,
  wait: <path d="M6 3.500h8M6 16.500h8M7 3.500c0 4 6 5 6 6.500s-6 2.500-6 6.500M13 3.500c0 4-6 5-6 6.500s6 2.500 6 6.500" />,
} satisfies Record<string, ReactNode>

export type IconName = keyof typeof shapes

export const Icon = ({ name, size = 20 }: { name: IconName; size?: number }) => (
  <svg className="icon" width={size} height={size} viewBox="0 0 20 20" aria-hidden="true">{shapes[name]}</svg>
)
