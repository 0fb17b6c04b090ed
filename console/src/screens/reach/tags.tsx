import { Link } from 'wouter'
import { useText, useWords } from '../../text'
import { count } from '../../text/number'
import { Icon } from '../../ui/icons'
import { Page } from '../../ui/page'
import { Empty, Failed, Waiting } from '../../ui/states'
import { type Tag, useTags } from './api'
import { RoomTabs } from './parts'
import { useRuleText } from './rule'
import { tagWords } from './tagwords'
import { reachWords } from './words'

const most = 100

/** Tags lists the tags, who gets them, and whether WeChat has the same. */
export function Tags() {
  const r = useWords(reachWords)
  const w = useWords(tagWords)
  const list = useTags()
  const all = list.data
  const add = <Link to="/reach/tags/new" className="button primary"><Icon name="plus" />{w('new')}</Link>
  return (
    <Page title={r('title')} sub={w('sub')} live={all && (list.isError ? 'stale' : 'fresh')} actions={all && all.length < most && add}>
      <RoomTabs />
      {!all && list.isError && <Failed error={list.error} retry={() => void list.refetch()} />}
      {!all && !list.isError && <Waiting />}
      {all && (
        <div className="stack">
          <div className="card">
            {all.length === 0 ? <Empty icon="reach" title={w('empty')} text={w('emptyText')}>{add}</Empty>
              : <ul className="reach-list">{all.map((x) => <Row key={x.id} x={x} />)}</ul>}
          </div>
          {all.length > most - 20 && <p className="muted small">{w('limit', { n: all.length })}</p>}
        </div>
      )}
    </Page>
  )
}

function Row({ x }: { x: Tag }) {
  const w = useWords(tagWords)
  const { lang } = useText()
  const say = useRuleText()
  return (
    <li>
      <Link to={`/reach/tags/${x.id}`} className="reach-row">
        <span className="reach-row-name"><span className="strong">{x.name}</span><Step x={x} /></span>
        <span className="reach-row-sub muted">{x.problem || (x.rule ? say(x.rule) : w('byHand'))}</span>
        <span className="reach-row-end strong">{w('people', { n: count(x.people, lang) })}</span>
      </Link>
    </li>
  )
}

/** Step says whether WeChat's copy of a tag is as it should be. */
export function Step({ x }: { x: Tag }) {
  const w = useWords(tagWords)
  return <span className={`tag ${x.problem ? 'bad' : x.in_step ? 'good' : 'warn'}`}>{w(x.problem ? 'problem' : x.in_step ? 'inStep' : 'busy')}</span>
}
