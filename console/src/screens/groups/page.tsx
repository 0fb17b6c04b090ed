import { useState } from 'react'
import { Link } from 'wouter'
import { useText, useWords } from '../../text'
import type { Group } from '../../types'
import { Ask } from '../../ui/ask'
import { Icon } from '../../ui/icons'
import { Loaded } from '../../ui/list'
import { Page } from '../../ui/page'
import { useTell } from '../../ui/toast'
import { useOwner, useWhen } from '../../ui/viewer'
import { GroupAgenda } from './agenda'
import { useEditGroup, useGroup } from './api'
import { Sponsored, Standing } from './card'
import { GroupFields, useGeneral, useGroupDraft } from './form'
import { GroupHealth, GradeTag } from './health'
import { Keeper } from './keeper'
import { PauseNote, PauseSwitch } from './pause'
import { type Reminder, reminders } from './reminders'
import { Retire } from './retire'
import { WayForm } from './way'
import { room } from './words'

/** GroupPage is everything there is to know and to do about one group. */
export function GroupPage({ id }: { id: string }) {
  const { t } = useText()
  const w = useWords(room)
  const owner = useOwner()
  const group = useGroup(id)
  const g = group.data
  return (
    <Page title={g?.name ?? w('groups.title')} live={g && (group.isError ? 'stale' : 'fresh')}
      sub={g && <span className="tags"><span className="tag">{t(`kind.${g.kind}`)}</span><GradeTag grade={g.health} /></span>}
      actions={<Link to="/groups" className="button">{w('page.all')}</Link>}>
      <Loaded query={group}>
        {(data) => (
          <div className="stack">
            {data.gone_at === 0 && <Tools group={data} />}
            {data.gone_at > 0 && <Retire group={data} />}
            <PauseNote group={data} />
            {data.gone_at === 0 && <Missing group={data} />}
            <Standing group={data} />
            <Sponsored group={data} />
            <GroupAgenda id={id} />
            {data.gone_at === 0 && <GroupHealth id={id} />}
            {owner && <Keeper group={data} />}
            {owner && data.gone_at === 0 && <Retire group={data} />}
          </div>
        )}
      </Loaded>
    </Page>
  )
}

function Tools({ group }: { group: Group }) {
  const w = useWords(room)
  const owner = useOwner()
  const [asking, setAsking] = useState<'' | 'edit' | 'way'>('')
  return (
    <div className="actions group-tools">
      {owner && <button type="button" className="button" onClick={() => setAsking('edit')}><Icon name="edit" />{w('page.edit')}</button>}
      {group.kind === 'ordinary' && <button type="button" className="button" onClick={() => setAsking('way')}><Icon name="codes" />{w('page.way')}</button>}
      {owner && <Link to={`/content/new?group=${group.id}`} className="button"><Icon name="content" />{w('page.write')}</Link>}
      {owner && <PauseSwitch group={group} />}
      {asking === 'edit' && <EditGroup group={group} onClose={() => setAsking('')} />}
      {group.kind === 'ordinary' && <WayForm group={group} open={asking === 'way'} onClose={() => setAsking('')} />}
    </div>
  )
}

function EditGroup({ group, onClose }: { group: Group; onClose: () => void }) {
  const w = useWords(room)
  const tell = useTell()
  const edit = useEditGroup()
  const held = useGroupDraft(group)
  const general = useGeneral(edit.error)
  const save = async () => {
    const form = held.form()
    if (!form) return
    if (Object.keys(form).length > 0 && !(await edit.do({ id: group.id, form }))) return
    tell(w('edit.done'))
    onClose()
  }
  return (
    <Ask open title={w('edit.title', { group: group.name })} text={w(group.kind === 'ordinary' ? 'edit.text' : 'edit.wecom')} yes={w('edit.save')}
      busy={edit.isPending} error={general} onYes={() => void save()} onClose={onClose}>
      <GroupFields held={held} group={group} error={edit.error} />
    </Ask>
  )
}

const doOf: Record<Reminder, 'edit' | 'way'> = {
  unnamed: 'edit', noWay: 'way', wayEnded: 'way', wayEnding: 'way', noCount: 'way', oldCount: 'way',
}

/** Missing is what only she can tell of the group, one thing a line, each with its button. */
function Missing({ group }: { group: Group }) {
  const w = useWords(room)
  const { now, say } = useWhen()
  const [asking, setAsking] = useState<'' | 'edit' | 'way'>('')
  const owner = useOwner()
  const all = reminders(group, now).filter((m) => owner || doOf[m] === 'way')
  if (all.length === 0 && asking === '') return null
  return (
    <section className="card" aria-labelledby="missing">
      <h2 id="missing">{w('page.missing')}</h2>
      {all.map((m) => (
        <div key={m} className="need warn" data-missing={m}>
          <Icon name="alert" size={20} />
          <div><p className="strong">{w(`remind.${m}`, { when: say(group.way_ends_at, group.zone) })}</p><p className="muted">{w(`remind.${m}Text`)}</p></div>
          <button type="button" className="button" onClick={() => setAsking(doOf[m])}>{w(doOf[m] === 'edit' ? 'page.edit' : m.endsWith('Count') ? 'page.count' : 'page.upload')}</button>
        </div>
      ))}
      {asking === 'edit' && <EditGroup group={group} onClose={() => setAsking('')} />}
      <WayForm group={group} open={asking === 'way'} onClose={() => setAsking('')} />
    </section>
  )
}
