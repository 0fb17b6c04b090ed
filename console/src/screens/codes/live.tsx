import { useState } from 'react'
import { Link } from 'wouter'
import { useText, useWords } from '../../text'
import { Ask } from '../../ui/ask'
import { Icon } from '../../ui/icons'
import { Loaded } from '../../ui/list'
import { Page } from '../../ui/page'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { type LiveCode, useChangeLive, useLiveCode, useRetireLive } from './api'
import { LiveForm } from './liveform'
import { LiveTag, LiveWarning, useRoomLeft } from './livelist'
import { Pool } from './pool'
import { PrintCodes } from './print'
import { room } from './words'

/** LivePage is one live code: the groups behind it, and what is printed. */
export function LivePage({ id }: { id: string }) {
  const w = useWords(room)
  const live = useLiveCode(id)
  const back = <Link to="/codes" className="button"><Icon name="left" />{w('live.back')}</Link>
  return (
    <Page title={live.data?.name ?? w('live')} live={live.data && (live.isError ? 'stale' : 'fresh')} actions={back}>
      <Loaded query={live}>{(data) => <Content live={data} />}</Loaded>
    </Page>
  )
}

function Content({ live }: { live: LiveCode }) {
  const w = useWords(room)
  const left = useRoomLeft()
  const over = live.retired_at > 0
  return (
    <div className="stack">
      <section className="card live-summary">
        <p className="live-state"><LiveTag live={live} /><span className="strong">{w(`rule.${live.rule}`)}</span>
          <span className="muted">{w(`ruleText.${live.rule}`)} · {left(live)}</span></p>
        {!over && <Actions live={live} />}
        {!over && !live.paused && <LiveWarning live={live} />}
      </section>
      <div className="live-columns">
        <Pool live={live} />
        <PrintCodes live={live} />
      </div>
    </div>
  )
}

function Actions({ live }: { live: LiveCode }) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const change = useChangeLive()
  const retire = useRetireLive()
  const [asking, setAsking] = useState<'' | 'edit' | 'pause' | 'retire'>('')
  const name = { name: live.name }
  const close = () => { change.reset(); retire.reset(); setAsking('') }
  const pause = async () => {
    if (!(await change.do({ id: live.id, paused: !live.paused }))) return
    tell(w(live.paused ? 'live.resumedNow' : 'live.pausedNow', name))
    close()
  }
  const end = async () => {
    if (!(await retire.do(live.id))) return
    tell(w('live.retiredNow', name))
    close()
  }
  return (
    <div className="actions">
      <button type="button" className="button" onClick={() => setAsking('edit')}><Icon name="edit" />{w('live.edit')}</button>
      <button type="button" className="button" onClick={() => (live.paused ? void pause() : setAsking('pause'))} disabled={change.isPending}>
        {w(live.paused ? 'live.resume' : 'live.pause')}
      </button>
      <button type="button" className="button quiet" onClick={() => setAsking('retire')}>{w('live.retire')}</button>
      <LiveForm open={asking === 'edit'} title={w('live.edit')} text={w('live.editText')} yes={w('live.save')} live={live} change={change} onClose={close}
        onSave={(form) => void change.do({ id: live.id, ...form }).then((ok) => { if (ok) { tell(w('live.saved')); close() } })} />
      <Ask open={asking === 'pause'} title={w('live.pauseTitle', name)} text={w('live.pauseText')} yes={w('live.pause')} busy={change.isPending}
        error={change.error ? told(change.error, t) : undefined} onYes={() => void pause()} onClose={close} />
      <Ask open={asking === 'retire'} careful title={w('live.retireTitle', name)} text={w('live.retireText')} yes={w('live.retireYes')} busy={retire.isPending}
        error={retire.error ? told(retire.error, t) : undefined} onYes={() => void end()} onClose={close} />
    </div>
  )
}
