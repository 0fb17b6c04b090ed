import { createContext, type ReactNode, useContext, useMemo } from 'react'
import { useToday } from '../api'
import { useText } from '../text'
import { when, zoneName } from '../text/time'
import type { Session } from '../types'

/** Seen is a session, and when this machine heard of it. */
type Seen = { session: Session; since: number }

const Context = createContext<Seen | null>(null)

/** Viewer tells the pages who looks at them. */
export function Viewer({ session, children }: { session: Session; children: ReactNode }) {
  const seen = useMemo(() => ({ session, since: Date.now() }), [session])
  return <Context.Provider value={seen}>{children}</Context.Provider>
}

function useSeen(): Seen {
  const seen = useContext(Context)
  if (!seen) throw new Error('useViewer outside of Viewer')
  return seen
}

export const useViewer = (): Session => useSeen().session

/** useOwner tells whether she may change groups and settings; a keeper looks after the groups that are hers. */
export function useOwner(): boolean {
  const { account } = useViewer()
  return account.role === 'organiser' && account.scope !== 'keeper'
}

/** useNow is the server's time, as last heard: a demo's calendar is not this machine's. */
export function useNow(): number {
  const { session, since } = useSeen()
  const asked = useToday(useOwner()).data?.now
  // Who may not ask: as much later as this machine's clock, by the minute.
  return asked ?? session.now + Math.floor((Date.now() - since) / 60_000) * 60_000
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
