import { useEffect, useRef } from 'react'
import { Link, useRoute } from 'wouter'

interface Tab {
  to: string
  label: string
  /** how many things wait there */
  waiting?: number
}

/** Tabs are the parts of one room; each has an address of its own. The first one's is the room's. */
export function Tabs({ label, tabs }: { label: string; tabs: Tab[] }) {
  return (
    <nav className="tabs" aria-label={label}>
      {tabs.map((tab, i) => <TabLink key={tab.to} tab={tab} exact={i === 0} />)}
    </nav>
  )
}

function TabLink({ tab, exact }: { tab: Tab; exact: boolean }) {
  const [here] = useRoute(exact ? tab.to : `${tab.to}/*?`)
  const link = useRef<HTMLAnchorElement>(null)
  // On a phone the row may be wider than the screen.
  useEffect(() => { if (here) link.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' }) }, [here])
  return (
    <Link ref={link} to={tab.to} className="tab" aria-current={here ? 'page' : undefined}>
      {tab.label}{tab.waiting ? <span className="count">{tab.waiting}</span> : null}
    </Link>
  )
}
