import { useState } from 'react'
import { useText, useWords } from '../../text'
import { count } from '../../text/number'
import { Ask } from '../../ui/ask'
import { Icon } from '../../ui/icons'
import { Empty, told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useWhen } from '../../ui/viewer'
import { WayForm } from '../groups/way'
import { type LiveCode, type LiveGroup, useChangeRoom, useDropRoom, useOrderRooms } from './api'
import { AddRoom, EditRoom } from './roomform'
import { Ends, Heads, RoomTag } from './roomfacts'
import { room } from './words'

/** Pool is the groups behind a live code. */
export function Pool({ live }: { live: LiveCode }) {
  const w = useWords(room)
  const [adding, setAdding] = useState(false)
  const over = live.retired_at > 0
  const add = (primary: boolean) => !over && (
    <button type="button" className={primary ? 'button primary' : 'button'} onClick={() => setAdding(true)}><Icon name="plus" />{w('pool.add')}</button>
  )
  return (
    <section className="card" aria-labelledby="pool">
      <header className="card-head">
        <h2 id="pool">{w('pool.title')}{live.rule !== 'least_full' && live.groups.length > 1 && <small>{w('pool.order')}</small>}</h2>
        {live.groups.length > 0 && add(live.open === 0)}
      </header>
      {live.groups.length === 0 && <Empty icon="groups" title={w('pool.empty')} text={w('pool.emptyText')}>{add(true)}</Empty>}
      {live.groups.length > 0 && <ol className="pool">{live.groups.map((g, i) => <Room key={g.group_id} live={live} group={g} at={i} />)}</ol>}
      <AddRoom live={live} open={adding} onClose={() => setAdding(false)} />
    </section>
  )
}

/** useAdvice says what is wrong with a group and what to do about it; nothing if all is well. */
function useAdvice() {
  const w = useWords(room)
  return (g: LiveGroup) => {
    if (g.state === 'closed') return w(g.kind === 'wecom' ? 'pool.closedWecom' : 'pool.closedOrdinary')
    if (g.state === 'expired') return w('pool.expiredText')
    if (g.state === 'full') return w('pool.fullText')
    if (g.warnings.includes('invite_expiring')) return w('pool.expiringText')
    if (g.warnings.includes('room_filling')) return w('pool.fillingText')
    return ''
  }
}

function Room({ live, group, at }: { live: LiveCode; group: LiveGroup; at: number }) {
  const w = useWords(room)
  const { t, lang } = useText()
  const { say } = useWhen()
  const advice = useAdvice()(group)
  const pick = live.rule === 'city' ? group.city : live.rule === 'tag' ? group.tag : ''
  const ordinary = group.kind === 'ordinary'
  return (
    <li className="pool-room">
      <p className="pool-name">
        <span className="strong">{group.name}</span><RoomTag group={group} />
        <span className="muted small">{t(`kind.${group.kind}`)}{pick && ` · ${pick}`}</span>
      </p>
      <Heads group={group} margin={live.margin} />
      <p className="muted small pool-facts">
        {group.state === 'open' && <span>{w('pool.left', { n: count(group.left, lang) })}</span>}
        {group.held > 0 && <span>{w('pool.held', { n: group.held })}</span>}
        <span><Ends group={group} />{group.ends_at > 0 && group.state !== 'expired' && w('pool.endsAt', { when: say(group.ends_at) })}</span>
        {ordinary && <span>{group.counted_at > 0 ? w('pool.counted', { when: say(group.counted_at) }) : w('pool.never')}</span>}
      </p>
      {advice && <p className="pool-advice small"><Icon name="alert" size={15} />{advice}</p>}
      {live.retired_at === 0 && <RoomActions live={live} group={group} at={at} urgent={ordinary && (['closed', 'expired'].includes(group.state) || group.warnings.includes('invite_expiring'))} />}
    </li>
  )
}

function RoomActions({ live, group, at, urgent }: { live: LiveCode; group: LiveGroup; at: number; urgent: boolean }) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const change = useChangeRoom()
  const drop = useDropRoom()
  const order = useOrderRooms()
  const [asking, setAsking] = useState<'' | 'way' | 'edit' | 'drop'>('')
  const name = { group: group.name }
  const ids = { live: live.id, group: group.group_id }
  const close = () => { drop.reset(); setAsking('') }
  const failed = (ok: boolean) => { if (!ok) tell(t('error.unknown'), 'bad') }
  const move = (to: number) => {
    const groups = live.groups.filter((g) => g.group_id !== group.group_id)
    groups.splice(to, 0, group)
    void order.do({ live: live.id, groups }).then(failed)
  }
  const pause = async () => {
    const ok = await change.do({ ...ids, paused: !group.paused })
    failed(ok)
    if (ok) tell(w(group.paused ? 'pool.resumedNow' : 'pool.pausedNow', name))
  }
  const remove = async () => {
    if (!(await drop.do(ids))) return
    tell(w('pool.dropped', name))
    close()
  }
  const sorted = live.rule !== 'least_full' && live.groups.length > 1
  return (
    <div className="actions pool-actions">
      {group.kind === 'ordinary' && (
        <button type="button" className={urgent ? 'button primary' : 'button'} aria-label={`${w('pool.way')}: ${group.name}`} onClick={() => setAsking('way')}>
          {w('pool.way')}
        </button>
      )}
      {(live.rule === 'city' || live.rule === 'tag' || group.kind === 'wecom') && (
        <button type="button" className="button quiet" aria-label={`${w('pool.edit')}: ${group.name}`} onClick={() => setAsking('edit')}>{w('pool.edit')}</button>
      )}
      <button type="button" className="button quiet" disabled={change.isPending} aria-label={`${w(group.paused ? 'pool.resume' : 'pool.pause')}: ${group.name}`}
        onClick={() => void pause()}>{w(group.paused ? 'pool.resume' : 'pool.pause')}</button>
      <button type="button" className="button quiet" aria-label={`${w('pool.drop')}: ${group.name}`} onClick={() => setAsking('drop')}>{w('pool.drop')}</button>
      {sorted && (
        <span className="pool-move">
          <button type="button" className="icon-button" aria-label={w('pool.up', name)} disabled={at === 0 || order.isPending} onClick={() => move(at - 1)}>
            <Icon name="up" size={16} />
          </button>
          <button type="button" className="icon-button" aria-label={w('pool.down', name)} disabled={at === live.groups.length - 1 || order.isPending}
            onClick={() => move(at + 1)}><Icon name="down" size={16} /></button>
        </span>
      )}
      {group.kind === 'ordinary' && <WayForm group={{ id: group.group_id, name: group.name, headcount: group.heads }} open={asking === 'way'} onClose={close} />}
      <EditRoom live={live} group={group} open={asking === 'edit'} onClose={close} />
      <Ask open={asking === 'drop'} title={w('pool.dropTitle', name)} text={w('pool.dropText')} yes={w('pool.drop')} busy={drop.isPending}
        error={drop.error ? told(drop.error, t) : undefined} onYes={() => void remove()} onClose={close} />
    </div>
  )
}
