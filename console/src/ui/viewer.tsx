import { createContext, type ReactNode, useContext, useMemo } from 'react'
import { useToday } from '../api'
import { useText } from '../text'
import { when, zoneName } from '../text/time'
import type { Session } from '../types'

const Context = createContext<Session | null>(null)

/** Viewer tells the pages who looks at them. */
export function Viewer({ session, children }: { session: Session; children: ReactNode }) {
  return <Context.Provider value={session}>{children}</Context.Provider>
}

export function useViewer(): Session {
  const session = useContext(Context)
  if (!session) throw new Error('useViewer outside of Viewer')
  return session
}

/** useNow is the server's time, as last heard: a demo's calendar is not this machine's. */
export function useNow(): number {
  const { account, now } = useViewer()
  return useToday(account.role === 'organiser').data?.now ?? now
}

/** useWhen says moments in the community's zone, or in another one. */
export function useWhen() {
  const { lang } = useText()
  const { community } = useViewer()
  const now = useNow()
  return useMemo(
    () => ({
      now,
      zone: community.zone,
      say: (ms: number, zone?: string) => when(ms, zone || community.zone, now, lang),
      zoneName: (zone = community.zone) => zoneName(zone, lang),
    }),
    [lang, community.zone, now],
  )
}
