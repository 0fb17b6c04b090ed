import { Link } from 'wouter'
import { useText, useWords } from '../../text'
import { count } from '../../text/number'
import { Icon } from '../../ui/icons'
import { More } from '../../ui/list'
import { Page } from '../../ui/page'
import { Empty, Failed, Waiting } from '../../ui/states'
import { useWhen } from '../../ui/viewer'
import { type Broadcast, useBroadcasts } from './api'
import { outcome, tone } from './outcome'
import { RoomTabs, useAudience } from './parts'
import { reachWords } from './words'

/** Broadcasts lists what was sent to many followers at once, and what is to be. */
export function Broadcasts() {
  const w = useWords(reachWords)
  const list = useBroadcasts()
  const all = list.data?.pages.flat()
  return (
    <Page title={w('title')} sub={w('list.sub')} live={all && (list.isError ? 'stale' : 'fresh')} actions={
      <Link to="/reach/new" className="button primary"><Icon name="plus" />{w('list.new')}</Link>}>
      <RoomTabs />
      {!all && list.isError && <Failed error={list.error} retry={() => void list.refetch()} />}
      {!all && !list.isError && <Waiting />}
      {all && (
        <div className="stack">
          <div className="card">
            {all.length === 0
              ? <Empty icon="reach" title={w('list.empty')} text={w('list.emptyText')}><Link to="/reach/new" className="button primary">{w('list.new')}</Link></Empty>
              : <ul className="reach-list">{all.map((b) => <Row key={b.id} b={b} />)}</ul>}
            <More query={list} />
          </div>
          <p><Link to="/reach/settings" className="button quiet"><Icon name="clock" />{w('list.settings')}</Link></p>
        </div>
      )}
    </Page>
  )
}

function Row({ b }: { b: Broadcast }) {
  const w = useWords(reachWords)
  const audience = useAudience()
  return (
    <li>
      <Link to={`/reach/broadcasts/${b.id}`} className="reach-row">
        <span className="reach-row-name">
          <span className="strong">{b.name}</span>
          <span className={`tag ${tone[b.state]}`}>{w(`state.${b.state}`)}</span>
          {b.sponsored && <span className="tag">{w('sponsored')}</span>}
        </span>
        <span className="reach-row-sub muted">{audience(b.audience)}<When b={b} /></span>
        <Result b={b} />
      </Link>
    </li>
  )
}

function When({ b }: { b: Broadcast }) {
  const w = useWords(reachWords)
  const { say } = useWhen()
  const text = b.state === 'draft' ? w('row.draft', { when: say(b.created_at) })
    : b.state === 'scheduled' ? w('row.scheduled', { when: say(b.send_at) })
    : b.started_at > 0 ? w('row.started', { when: say(b.started_at) })
    : w('row.cancelled')
  return <> · {text}</>
}

function Result({ b }: { b: Broadcast }) {
  const w = useWords(reachWords)
  const { lang } = useText()
  if (b.started_at === 0 || b.state === 'failed') return null
  const end = outcome(b)
  return (
    <span className="reach-row-end">
      {end.got >= 0
        ? <span className="strong">{w('row.sent', { n: count(end.got, lang) })}</span>
        : <span className="muted">{w(end.open > 0 ? 'row.waiting' : 'row.untold')}</span>}
      {end.skipped >= 0 && <span className="muted small">{w('row.skipped', { n: count(end.skipped, lang), m: count(b.expected_skips, lang) })}</span>}
    </span>
  )
}
