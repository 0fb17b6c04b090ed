import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { at, call, client, refresh, useChange } from '../../api'
import type { components } from '../../schema'
import { useText, useWords } from '../../text'
import { Ask } from '../../ui/ask'
import { AreaField, SelectField, TextField } from '../../ui/form'
import { Icon } from '../../ui/icons'
import { Loaded } from '../../ui/list'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useViewer } from '../../ui/viewer'
import { welcomeWords } from './welcomewords'

type Schemas = components['schemas']
type Welcome = Schemas['Welcome']
type Kind = Welcome['kind']

const useWelcomes = () =>
  useQuery({ queryKey: ['welcomes'], queryFn: () => call(client.GET('/api/console/v1/welcomes', { params: { query: { limit: 200 } } })), refetchInterval: refresh })

const useSave = () =>
  useChange((v: { id?: string; body: Schemas['NewWelcome'] }) => v.id
    ? call(client.PUT('/api/console/v1/welcomes/{id}', { ...at(v.id), body: v.body }))
    : call(client.POST('/api/console/v1/welcomes', { body: v.body })))

/** Welcomes is what newcomers read first: one to one on WeCom, and in WeCom groups. */
export function Welcomes() {
  const w = useWords(welcomeWords)
  const { lang } = useText()
  const all = useWelcomes()
  const { community } = useViewer()
  const sample = (text?: string) => text?.replaceAll('%COMMUNITY%', community.name).replaceAll('%NICKNAME%', w('sample'))
  return (
    <Loaded query={all}>
      {(data) => (
        <div className="stack">
          <Kinds kind="contact" all={data.welcomes} text={w('contactText')} house={sample(data.house[lang])} greetings={data.greetings} />
          <Kinds kind="group" all={data.welcomes} text={data.how} />
          <Switched welcomes={data.welcomes.filter((x) => x.kind === 'group')} />
        </div>
      )}
    </Loaded>
  )
}

interface KindProps { kind: Kind; all: Welcome[]; text: string; house?: string; greetings?: Schemas['Welcomes']['greetings'] }

function Kinds({ kind, all, text, house, greetings = [] }: KindProps) {
  const w = useWords(welcomeWords)
  const [edited, setEdited] = useState<Welcome | 'new'>()
  const of = all.filter((x) => x.kind === kind)
  return (
    <section className="card" aria-labelledby={`welcome-${kind}`}>
      <div className="card-head"><h2 id={`welcome-${kind}`}>{w(kind)}</h2><button type="button" className="button" onClick={() => setEdited('new')}><Icon name="plus" />{w('add')}</button></div>
      <p className="muted small">{text}</p>
      {of.map((x) => <Row key={x.id} welcome={x} onEdit={() => setEdited(x)} />)}
      {of.length === 0 && house && <div className="welcome-house"><p className="small muted">{w('house')}</p><p className="copy">{house}</p></div>}
      {greetings.length > 0 && <ul className="small muted">{greetings.map((g) => <li key={g.state}>{g.text}: {g.count}</li>)}</ul>}
      {edited && <Form kind={kind} welcome={edited === 'new' ? undefined : edited} onClose={() => setEdited(undefined)} />}
    </section>
  )
}

function Row({ welcome: x, onEdit }: { welcome: Welcome; onEdit: () => void }) {
  const w = useWords(welcomeWords)
  const { t, lang } = useText()
  const tell = useTell()
  const remove = useChange(() => call(client.DELETE('/api/console/v1/welcomes/{id}', at(x.id))))
  const [asking, setAsking] = useState(false)
  const tone = x.sync === 'kept' ? 'good' : x.sync === '' || x.sync === 'calling' ? '' : 'bad'
  return (
    <div className="welcome-row" data-welcome={x.id}>
      <div>
        <p className="strong">{x.name || w(x.kind === 'contact' ? 'everybody' : 'group')}{x.sync_text && <span className={`tag ${tone}`}>{x.sync_text}</span>}{!x.enabled && <span className="tag warn">{w('off')}</span>}</p>
        <p className="welcome-text small">{x.texts[lang] ?? Object.values(x.texts)[0]}</p>
        {x.problem && <p className="small bad">{x.problem}</p>}
        {x.remote && <p className="small muted">{w('remote', { text: x.remote })}</p>}
      </div>
      <div className="actions">
        <button type="button" className="button" aria-label={`${w('edit')}: ${x.name}`} onClick={onEdit}>{w('edit')}</button>
        <button type="button" className="button quiet" aria-label={`${w('delete')}: ${x.name}`} onClick={() => setAsking(true)}>{w('delete')}</button>
      </div>
      <Ask open={asking} careful title={w('delete.title')} text={w('delete.text')} yes={w('delete')} busy={remove.isPending} error={remove.error ? told(remove.error, t) : undefined}
        onYes={() => void remove.do(undefined).then((ok) => { if (ok) { setAsking(false); tell(w('deleted')) } })} onClose={() => { setAsking(false); remove.reset() }} />
    </div>
  )
}

const langs = ['zh-Hans', 'zh-Hant', 'en'] as const

function Form({ kind, welcome, onClose }: { kind: Kind; welcome?: Welcome; onClose: () => void }) {
  const w = useWords(welcomeWords)
  const { t, lang } = useText()
  const tell = useTell()
  const save = useSave()
  const [name, setName] = useState(welcome?.name ?? '')
  const [texts, setTexts] = useState<Record<string, string>>(welcome?.texts ?? {})
  const [card, setCard] = useState(welcome?.part.kind === 'entry' ? 'entry' : welcome?.part.kind ? 'kept' : '')
  const [needed, setNeeded] = useState(false)
  const shown = kind === 'group' ? [Object.keys(texts)[0] ?? lang] : [...langs]
  const go = async () => {
    const written = Object.fromEntries(Object.entries(texts).filter(([, text]) => text.trim() !== ''))
    if (Object.keys(written).length === 0) return setNeeded(true)
    const part = card === 'kept' ? welcome?.part : { kind: card === 'entry' ? 'entry' as const : '' as const }
    const body = { kind, name: name.trim(), enabled: welcome?.enabled ?? true, entry_id: welcome?.entry_id, video_id: welcome?.video_id, state: welcome?.state, texts: written, part }
    if (!(await save.do({ id: welcome?.id, body }))) return
    tell(w('saved'))
    onClose()
  }
  return (
    <Ask open title={w(kind)} text={w(kind === 'contact' ? 'formText' : 'formGroupText')} yes={w('save')} busy={save.isPending} error={save.error ? told(save.error, t) : undefined} onYes={() => void go()} onClose={onClose}>
      <TextField name="welcome-name" label={w('name')} hint={w('nameHint')} maxLength={40} value={name} onValue={setName} />
      {shown.map((l) => (
        <AreaField key={l} name={`welcome-${l}`} rows={3} label={kind === 'group' ? w('text') : w(`text.${l as (typeof langs)[number]}`)} hint={l === shown[0] ? w('textHint') : ''}
          wrong={needed && l === shown[0] ? w('need') : undefined} value={texts[l] ?? ''} onValue={(text) => setTexts({ ...texts, [l]: text })} />
      ))}
      <SelectField name="welcome-card" label={w('card')} value={card} onValue={setCard}
        options={[{ value: '', label: w('card.none') }, { value: 'entry', label: w('card.entry') }, ...(welcome?.part.kind && welcome.part.kind !== 'entry' ? [{ value: 'kept', label: w('card.kept') }] : [])]} />
    </Ask>
  )
}

/** Switched is the checklist of groups: nobody but the owner can switch a welcome on, and no API tells whether she has. */
function Switched({ welcomes }: { welcomes: Welcome[] }) {
  const w = useWords(welcomeWords)
  const { t } = useText()
  const tell = useTell()
  const groups = useQuery({ queryKey: ['welcomes', 'groups'], queryFn: async () => (await call(client.GET('/api/console/v1/welcomes/groups', { params: { query: { limit: 200 } } }))).groups })
  const set = useChange((v: { group: string; welcome: string }) => call(client.PUT('/api/console/v1/groups/{id}/welcome', { ...at(v.group), body: { welcome_id: v.welcome } })))
  if (welcomes.length === 0 || !groups.data?.length) return null
  return (
    <section className="card" aria-labelledby="switched">
      <h2 id="switched">{w('switched')}</h2>
      <p className="muted small">{w('switchedText')}</p>
      {groups.data.map((g) => (
        <div key={g.group_id} className="welcome-row">
          <div><p className="strong">{g.group_name}</p></div>
          <select className="input team-map" aria-label={w('switchedIn', { group: g.group_name })} value={g.welcome_id} disabled={set.isPending}
            onChange={(e) => void set.do({ group: g.group_id, welcome: e.target.value }).then((ok) => tell(ok ? w('saved') : t('error.unknown'), ok ? 'good' : 'bad'))}>
            <option value="">{w('unknown')}</option>
            {welcomes.map((x) => <option key={x.id} value={x.id}>{x.name || Object.values(x.texts)[0]?.slice(0, 30)}</option>)}
          </select>
        </div>
      ))}
    </section>
  )
}
