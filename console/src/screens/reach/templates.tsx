import { Link } from 'wouter'
import { useText, useWords } from '../../text'
import { count } from '../../text/number'
import { Icon } from '../../ui/icons'
import { Page } from '../../ui/page'
import { Empty, Failed, told, Waiting } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useWhen } from '../../ui/viewer'
import { type Template, useSyncTemplates, useTemplates } from './api'
import { RoomTabs } from './parts'
import { templateWords } from './templatewords'
import { reachWords } from './words'

/** Templates lists the Mini Program's subscription templates: what may still be sent, and what is paused. */
export function Templates() {
  const r = useWords(reachWords)
  const w = useWords(templateWords)
  const list = useTemplates()
  const all = list.data
  return (
    <Page title={r('title')} sub={w('sub')} live={all && (list.isError ? 'stale' : 'fresh')} actions={<Sync />}>
      <RoomTabs />
      {!all && list.isError && <Failed error={list.error} retry={() => void list.refetch()} />}
      {!all && !list.isError && <Waiting />}
      {all && (
        <div className="card">
          {all.length === 0 ? <Empty icon="reach" title={w('empty')} text={w('emptyText')}><Sync /></Empty>
            : <ul className="reach-list">{all.map((x) => <Row key={x.id} x={x} />)}</ul>}
        </div>
      )}
    </Page>
  )
}

function Sync() {
  const w = useWords(templateWords)
  const { t } = useText()
  const tell = useTell()
  const sync = useSyncTemplates()
  const go = async () => {
    if (await sync.do()) tell(w('synced'))
  }
  return (
    <div className="reach-sync">
      <button type="button" className="button" disabled={sync.isPending} onClick={() => void go()}><Icon name="again" />{sync.isPending ? t('dialog.busy') : w('sync')}</button>
      {sync.error && <p className="field-error" role="alert">{told(sync.error, t)}</p>}
    </div>
  )
}

function Row({ x }: { x: Template }) {
  const w = useWords(templateWords)
  const { lang } = useText()
  return (
    <li>
      <Link to={`/reach/templates/${x.id}`} className="reach-row">
        <span className="reach-row-name">
          <span className="strong">{x.title}</span>
          <span className={`tag ${x.state === 'active' ? 'good' : 'warn'}`}>{w(x.state)}</span>
          {x.long_term && <span className="tag">{w('long')}</span>}
        </span>
        <span className="reach-row-sub muted">{x.state === 'paused' ? x.reason_text : x.fields.map((f) => f.label).join(' · ')}</span>
        <span className="reach-row-end small muted">{w('row', { n: count(x.credits, lang), sent: count(x.sent, lang), failed: count(x.failed, lang) })}</span>
      </Link>
    </li>
  )
}

/** SyncedAt says when a template was last compared with WeChat. */
export function SyncedAt({ x }: { x: Template }) {
  const w = useWords(templateWords)
  const { say } = useWhen()
  return <>{w('syncedAt', { when: say(x.synced_at) })}</>
}
