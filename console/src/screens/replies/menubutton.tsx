import { Link } from 'wouter'
import { useWords } from '../../text'
import { SelectField, TextField } from '../../ui/form'
import { Icon } from '../../ui/icons'
import { type Button, useBook } from './api'
import { buttonAt, drop, flawOf, move, moved, newKey, type Path, put, rowOf } from './menudraft'
import { menu as texts } from './menuwords'

/** What WeChat lets a button do, the usual first. The last four can only be kept: what they show is chosen elsewhere. */
const types = ['click', 'view', 'miniprogram', 'scancode_push', 'scancode_waitmsg', 'pic_sysphoto', 'pic_photo_or_album', 'pic_weixin', 'location_select',
  'media_id', 'view_limited', 'article_id', 'article_view_limited'] as const
const rare = types.slice(9) as readonly string[]

interface Props {
  menu: Button[]
  path: Path
  button: Button
  change: (menu: Button[], at?: Path) => void
  leave: () => void
  tried: boolean
  /** what the server objects to in this button */
  refused?: { name: string; text: string }
}

/** ButtonForm edits one button of the menu. */
export function ButtonForm({ menu, path, button, change, leave, tried, refused }: Props) {
  const w = useWords(texts)
  const flaw = tried ? flawOf(button) : undefined
  const wrong = (field: string) => (refused?.name === field ? refused.text : flaw?.field === field ? w(flaw.text) : undefined)
  const set = (part: Partial<Button>) => change(put(menu, path, { ...button, ...part }))
  const top = path.length === 1
  const subs = button.sub_button?.length ?? 0
  const parent = top ? undefined : buttonAt(menu, [path[0]])
  const row = rowOf(menu, path)
  const place = path[path.length - 1] ?? 0
  const shift = (by: number) => change(move(menu, path, by), moved(path, by))
  const cut = width(button.name) > (top ? 8 : 16)
  const input = (field: 'url' | 'appid' | 'pagepath' | 'media_id' | 'article_id', label: string, hint?: string) => (
    <TextField name={`menu-${field}`} label={label} hint={hint} wrong={wrong(field)} value={button[field] ?? ''} maxLength={1024}
      inputMode={field === 'url' ? 'url' : undefined} onValue={(value) => set({ [field]: value })} />
  )
  return (
    <div className="form">
      <div className="menu-tools">
        <h3>{parent ? w('sub', { name: parent.name }) : w('button')}</h3>
        <Tool icon={top ? 'left' : 'up'} label={w(top ? 'left' : 'up')} off={place === 0} act={() => shift(-1)} />
        <Tool icon={top ? 'right' : 'down'} label={w(top ? 'right' : 'down')} off={place === row.length - 1} act={() => shift(1)} />
        <Tool icon="trash" label={w('remove')} act={() => { change(drop(menu, path)); leave() }} />
      </div>
      <TextField name="menu-name" label={w('name')} value={button.name} maxLength={60} wrong={wrong('name')}
        hint={cut ? w('nameCut') : w(top ? 'nameTop' : 'nameSub')} onValue={(name) => set({ name })} />
      {subs > 0 ? <p className="hint">{w('opens', { n: subs })}</p> : (
        <>
          <SelectField name="menu-type" label={w('type')} value={button.type ?? 'click'} wrong={wrong('type')}
            options={types.filter((type) => type === button.type || !rare.includes(type)).map((type) => ({ value: type, label: w(`type.${type}`) }))}
            onValue={(type) => set({ type, key: button.key || newKey(menu) })} />
          {button.type === 'view' && input('url', w('url'), w('urlHint'))}
          {button.type === 'miniprogram' && <MiniFields button={button} set={set} input={input} />}
          {(button.type === 'media_id' || button.type === 'view_limited') && input('media_id', w('material'))}
          {button.type?.startsWith('article') && input('article_id', w('material'))}
          {button.type === 'click' && <RuleField menu={menu} button={button} wrong={wrong('key')} set={set} />}
        </>
      )}
    </div>
  )
}

function Tool({ icon, label, off, act }: { icon: 'left' | 'right' | 'up' | 'down' | 'trash'; label: string; off?: boolean; act: () => void }) {
  return <button type="button" className="icon-button" aria-label={label} disabled={off} onClick={act}><Icon name={icon} size={16} /></button>
}

/** width is how much room a name takes on a phone, in halves of a Han character. */
function width(name: string): number {
  return [...name].reduce((n, c) => n + ((c.codePointAt(0) ?? 0) > 0x2e7f ? 2 : 1), 0)
}

function MiniFields({ button, set, input }: {
  button: Button; set: (part: Partial<Button>) => void; input: (field: 'url' | 'appid' | 'pagepath', label: string, hint?: string) => React.ReactNode
}) {
  const w = useWords(texts)
  const mini = useBook('').data?.channels.find((c) => c.kind === 'miniprogram')?.app_id
  return (
    <>
      {input('appid', w('appid'))}
      {mini && !button.appid && <div><button type="button" className="place" onClick={() => set({ appid: mini })}>{mini}</button></div>}
      {input('pagepath', w('page'), w('pageHint'))}
      {input('url', w('urlMini'), w('urlMiniHint'))}
    </>
  )
}

/** RuleField chooses the reply rule that answers a tap. The key that connects them is made here and never shown. */
function RuleField({ menu, button, wrong, set }: { menu: Button[]; button: Button; wrong?: string; set: (part: Partial<Button>) => void }) {
  const w = useWords(texts)
  const first = useBook('').data
  const account = first?.channels.find((c) => c.kind === 'official')
  const rules = (useBook(account?.id ?? '').data?.rules ?? []).filter((r) => r.kind === 'menu' && !r.builtin)
  const any = rules.find((r) => r.patterns.length === 0)
  const options = rules.flatMap((r) => r.patterns.map((key) => ({ value: key, label: w('answerOf', { name: r.name }) })))
  const key = button.key ?? ''
  const ruled = options.some((o) => o.value === key)
  const own = ruled ? newKey(menu) : key
  return (
    <>
      <SelectField name="menu-key" label={w('answer')} wrong={wrong} value={key} onValue={(next) => set({ key: next })}
        options={[{ value: own, label: any ? w('answerAny', { name: any.name }) : w('answerNone') }, ...options]}
        hint={ruled || any ? '' : w('noRule')} />
      {!ruled && account && (
        <div>
          <Link className="button" to={`/replies/new?account=${account.id}&key=${encodeURIComponent(key)}&name=${encodeURIComponent(button.name)}`}>
            <Icon name="plus" />{w('writeRule')}
          </Link>
        </div>
      )}
    </>
  )
}
