import { useSyncExternalStore } from 'react'

export type Theme = 'system' | 'light' | 'dark'

const stored = 'siyu.theme'
const listeners = new Set<() => void>()

function read(): Theme {
  const kept = localStorage.getItem(stored)
  return kept === 'light' || kept === 'dark' ? kept : 'system'
}

/** applyTheme puts the stored choice on the document; without one the style sheet follows the system. */
export function applyTheme(): void {
  const theme = read()
  if (theme === 'system') delete document.documentElement.dataset.theme
  else document.documentElement.dataset.theme = theme
}

function setTheme(theme: Theme): void {
  if (theme === 'system') localStorage.removeItem(stored)
  else localStorage.setItem(stored, theme)
  applyTheme()
  for (const tell of listeners) tell()
}

export function useTheme(): [Theme, (theme: Theme) => void] {
  const theme = useSyncExternalStore((tell) => {
    listeners.add(tell)
    return () => listeners.delete(tell)
  }, read)
  return [theme, setTheme]
}
