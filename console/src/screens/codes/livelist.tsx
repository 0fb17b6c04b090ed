import { useState } from 'react'
import { Link, useLocation } from 'wouter'
import { useText, useWords } from '../../text'
import { count } from '../../text/number'
import { Icon } from '../../ui/icons'
import { Loaded, More } from '../../ui/list'
import { Empty } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { type LiveCode, type LiveGroup, useAddLive, useLiveCodes } from './api'
import { LiveForm } from './liveform'
import { Ends, Heads, RoomTag } from './roomfacts'
import { room } from './words'

/** LiveList shows every live code with the state of its groups; what has ended comes last. */
export function LiveList() {
  const w = useWords(room)
  const codes = useLiveCodes()
  const [making, setMaking] = useState(false)
  const button = (
    <button type="button" className="button primary" onClick={() => setMaking(true)}><Icon name="plus" />{w('live.new')}</button>
  )
  return (
    <Loaded query={codes}>
      {({ pages }) => {
        const all = pages.flat().sort((a, b) => Number(a.retired_at > 0) - Number(b.retired_at > 0))
        return (
          <>
            {all.length === 0
              ? <div className="card"><Empty icon="codes" title={w('live.empty')} text={w('live.emptyText')}>{button}</Empty></div>
              : <div className="actions">{button}</div>}
            {all.map((live) => <LiveCard key={live.id} live={live} />)}
            <More query={codes} />
            <NewLive open={making} onClose={() => setMaking(false)} />
          </>
        )
      }}
    </Loaded>
  )
}

function NewLive({ open, onClose }: { open: boolean; onClose: () => void }) {
  const w = useWords(room)
  const tell = useTell()
  const add = useAddLive()
  const [, navigate] = useLocation()
  return (
    <LiveForm open={open} title={w('live.new')} text={w('live.newText')} yes={w('live.new')} change={add} onClose={onClose}
      onSave={(form) => void add.do({
        ...form,
        made: (live) => {
          tell(w('live.made', { name: live.name }))
          onClose()
          navigate(`/codes/live/${live.id}`)
        },
      })} />
  )
}

/** LiveTag says in a word whether a live code leads anywhere. */
export function LiveTag({ live }: { live: LiveCode }) {
  const w = useWords(room)
  if (live.retired_at > 0) return <span className="tag">{w('live.retired')}</span>
  if (live.paused) return <span className="tag">{w('live.paused')}</span>
  if (live.open === 0) return <span className="tag bad">{w('live.none')}</span>
  return <span className="tag good">{w('live.open')}</span>
}

/** LiveWarning is what is the matter with the whole of it. */
export function LiveWarning({ live }: { live: LiveCode }) {
  const w = useWords(room)
  const kind = live.warnings[0]
  if (kind !== 'pool_empty' && kind !== 'pool_low') return null
  return (
    <p className={`notice ${kind === 'pool_empty' ? 'bad' : 'warn'}`}>
      <Icon name="alert" />{w(kind === 'pool_empty' ? 'live.warnEmpty' : 'live.warnLow')}
    </p>
  )
}

export function useRoomLeft() {
  const w = useWords(room)
  const { lang } = useText()
  return (live: LiveCode) => {
    if (live.groups.length === 0) return w('live.noGroups')
    const left = live.groups.reduce((sum, g) => sum + (g.state === 'open' ? g.left : 0), 0)
    return w('live.room', { n: live.open, m: count(left, lang) })
  }
}

function LiveCard({ live }: { live: LiveCode }) {
  const w = useWords(room)
  const left = useRoomLeft()
  const to = `/codes/live/${live.id}`
  const over = live.retired_at > 0
  return (
    <article className="card live-card" aria-labelledby={`l${live.id}`} data-over={over || undefined}>
      <header className="card-head">
        <h2 id={`l${live.id}`}><Link to={to} className="live-name">{live.name}</Link></h2>
        <LiveTag live={live} />
      </header>
      {!over && <LiveWarning live={live} />}
      <p className="muted">{w(`rule.${live.rule}`)} · {left(live)}</p>
      {!over && live.groups.length > 0 && <ul className="live-rooms">{live.groups.map((g) => <RoomLine key={g.group_id} group={g} margin={live.margin} />)}</ul>}
      <Link to={to} className="button live-open" aria-label={`${w('live.see')} ${live.name}`}>{w('live.see')}<Icon name="right" size={16} /></Link>
    </article>
  )
}

function RoomLine({ group, margin }: { group: LiveGroup; margin: number }) {
  return (
    <li className="live-room">
      <span className="live-room-name">{group.name}<RoomTag group={group} /></span>
      <Heads group={group} margin={margin} />
      <span className="muted small"><Ends group={group} /></span>
    </li>
  )
}
