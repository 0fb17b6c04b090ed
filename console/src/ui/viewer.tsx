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

/** useNow is the server's time where the viewer may ask for it: a demo's calendar is not this machine's. */
export function useNow(): number {
  const organiser = useViewer().account.role === 'organiser'
  return useToday(organiser).data?.now ?? Date.now()
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
      say: (ms: number, zone = community.zone) => when(ms, zone, now, lang),
      zoneName: (zone = community.zone) => zoneName(zone, lang),
    }),
    [lang, community.zone, now],
  )
}
