import { type FormEvent, useRef, useState } from 'react'
import { Link, useLocation, useSearch } from 'wouter'
import { useGroups } from '../../api'
import { useText, useWords } from '../../text'
import { CheckField, SelectField, TextField, wrongOf } from '../../ui/form'
import { Icon } from '../../ui/icons'
import { Page } from '../../ui/page'
import { Failed, told, Waiting } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { type LiveCode, useAddEntry, useLeads, useVideos } from './api'
import { blank, type Draft, type Field, read } from './entrydraft'
import { room } from './words'

/** NewEntryPage is the form for a tracked code: where it will be, where it leads, and in which forms it is wanted. */
export function NewEntryPage() {
  const w = useWords(room)
  const [videos, leads, groups] = [useVideos(), useLeads(), useGroups()]
  const failed = [videos, leads, groups].find((q) => q.isError && q.data === undefined)
  const back = <Link to="/codes/entries" className="button"><Icon name="left" />{w('new.cancel')}</Link>
  return (
    <Page title={w('new.title')} sub={w('new.sub')} actions={back}>
      {failed && <Failed error={failed.error} retry={() => void failed.refetch()} />}
      {!failed && (!videos.data || !leads.data || !groups.data) && <Waiting />}
      {videos.data && leads.data && groups.data && (
        <EntryForm videos={videos.data} live={leads.data.filter((l) => l.retired_at === 0)} groups={groups.data} />
      )}
    </Page>
  )
}

type Named = { id: string; name: string }

/** picksOf are the cities or tags one can ask a live code for. */
function picksOf(live: LiveCode | undefined): string[] {
  if (live?.rule !== 'city' && live?.rule !== 'tag') return []
  const rule = live.rule
  return [...new Set(live.groups.map((g) => g[rule]))].filter(Boolean)
}

function EntryForm({ videos, live, groups }: { videos: { id: string; title: string }[]; live: LiveCode[]; groups: Named[] }) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const [, navigate] = useLocation()
  const wanted = new URLSearchParams(useSearch()).get('to')
  const add = useAddEntry()
  const form = useRef<HTMLFormElement>(null)
  const [draft, setDraft] = useState<Draft>(() => blank(videos, live.some((l) => l.id === wanted) ? `live:${wanted}` : '', !!wanted))
  const [tried, setTried] = useState(false)
  const { entry, video, wrong } = read(draft)
  const set = (change: Partial<Draft>) => { setDraft({ ...draft, ...change }); add.reset() }

  const refused = wrongOf(add.error)
  const at = (field: Field) => (tried && wrong[field] ? w(wrong[field]) : refused?.field === serverNames[field] ? refused.text : undefined)
  const known = refused && Object.values(serverNames).includes(refused.field)
  const picks = picksOf(live.find((l) => `live:${l.id}` === draft.to))
  const hand = async (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    const first = (Object.keys(serverNames) as Field[]).find((f) => wrong[f])
    if (first) return form.current?.querySelector<HTMLElement>(`[name=${first}]`)?.focus()
    await add.do({ entry, video, made: (made) => { tell(w('new.made')); navigate(`/codes/entries/${made.id}`) } })
  }
  return (
    <form className="card form new-entry" onSubmit={(event) => void hand(event)} noValidate ref={form}>
      <fieldset className="choices">
        <legend>{w('new.from')}</legend>
        <div className="segments">
          {(['video', 'label'] as const).map((from) => (
            <button key={from} type="button" className="segment" aria-pressed={draft.from === from} onClick={() => set({ from })}>
              {w(from === 'video' ? 'new.fromVideo' : 'new.fromLabel')}
            </button>
          ))}
        </div>
      </fieldset>
      {draft.from === 'video' && (
        <SelectField name="video" label={w('new.video')} wrong={at('video')} value={draft.video} onValue={(id) => set({ video: id })}
          options={[...[...videos].reverse().map((v) => ({ value: v.id, label: v.title })), { value: 'new', label: w('new.videoNew') }]} />
      )}
      {draft.from === 'video' && draft.video === 'new' && (
        <TextField name="title" label={w('new.videoTitle')} wrong={at('title')} value={draft.title} maxLength={60} onValue={(title) => set({ title })} />
      )}
      {draft.from === 'label' && (
        <TextField name="label" label={w('new.label')} hint={w('new.labelHint')} wrong={at('label')} value={draft.label} maxLength={60} onValue={(label) => set({ label })} />
      )}
      <SelectField name="to" label={w('new.to')} hint={w('new.toHint')} wrong={at('to')} value={draft.to} onValue={(to) => set({ to, pick: '' })}
        options={[
          { value: '', label: w('pool.choose') },
          ...live.map((l) => ({ value: `live:${l.id}`, label: w('new.toLive', { name: l.name }) })),
          ...groups.map((g) => ({ value: `group:${g.id}`, label: w('new.toGroup', { name: g.name }) })),
        ]} />
      {picks.length > 0 && (
        <SelectField name="pick" label={w('new.pick')} hint={w('new.pickHint')} wrong={at('pick')} value={draft.pick} onValue={(pick) => set({ pick })}
          options={[{ value: '', label: w('new.pickAny') }, ...picks.map((p) => ({ value: p, label: p }))]} />
      )}
      <fieldset className="carriers">
        <legend>{w('new.how')}</legend>
        <p className="always"><Icon name="check" /><span>{w('new.page')}<small>{w('new.pageText')}</small></span></p>
        <SelectField name="qr" label={w('new.qr')} hint={w('new.qrHint')} wrong={at('qr')} value={draft.qr} onValue={(qr) => set({ qr: qr as Draft['qr'] })}
          options={[{ value: '', label: w('new.qrNone') }, { value: 'permanent', label: w('new.qrPermanent') }, { value: 'temporary', label: w('new.qrTemporary') }]} />
        {draft.qr === 'temporary' && (
          <TextField name="days" label={w('new.days')} wrong={at('days')} value={draft.days} inputMode="numeric" onValue={(days) => set({ days })} />
        )}
        <CheckField name="mini" label={w('new.mini')} hint={w('new.miniHint')} checked={draft.mini} onChecked={(mini) => set({ mini })} />
        <CheckField name="link" label={w('new.link')} hint={w('new.linkHint')} checked={draft.link} onChecked={(link) => set({ link })} />
      </fieldset>
      {add.error && !known && <p className="notice bad" role="alert"><Icon name="alert" />{told(add.error, t)}</p>}
      <div className="actions">
        <button type="submit" className="button primary" disabled={add.isPending}>{add.isPending ? t('dialog.busy') : w('new.submit')}</button>
      </div>
    </form>
  )
}

/** What the server calls the fields. */
const serverNames: Record<Field, string> = { video: 'video_id', title: 'title', label: 'label', to: 'group_id', pick: 'pick', qr: 'qr', days: 'qr_days' }
