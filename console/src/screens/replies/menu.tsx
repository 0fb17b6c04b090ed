import { useState } from 'react'
import { useText, useWords } from '../../text'
import { wrongOf } from '../../ui/form'
import { Icon } from '../../ui/icons'
import { Loaded } from '../../ui/list'
import { Empty, told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { type Button, type Menu, useMenu, useSaveMenu } from './api'
import { ButtonForm } from './menubutton'
import { add, buttonAt, fieldOf, firstWrong, newKey, type Path, samePath, tidy } from './menudraft'
import { MenuPhone } from './menuphone'
import { Changes, Drifted, LiveMenu, Publish } from './menustate'
import { menu as texts } from './menuwords'
import { Revisions } from './revisions'

/** MenuTab edits the menu of the Official Account, and publishes it. */
export function MenuTab() {
  const menu = useMenu()
  return <Loaded query={menu}>{(data) => <MenuDraft menu={data} reload={() => menu.refetch()} />}</Loaded>
}

/** Edit is what is not saved yet, and the revision it began with: another one meanwhile must not be overwritten unseen. */
interface Edit {
  base: number
  buttons: Button[]
}

function MenuDraft({ menu, reload }: { menu: Menu; reload: () => Promise<unknown> }) {
  const w = useWords(texts)
  const { t } = useText()
  const tell = useTell()
  const save = useSaveMenu()
  const [edit, setEdit] = useState<Edit | null>(null)
  const [path, setPath] = useState<Path>()
  const [tried, setTried] = useState(false)
  const [asked, setAsked] = useState(false)
  // Who has never saved a draft begins with what WeChat has.
  const buttons = edit?.buttons ?? (menu.draft.rev === 0 ? menu.live.buttons : menu.buttons)
  const dirty = JSON.stringify(tidy(buttons)) !== JSON.stringify(tidy(menu.buttons))
  const begun = path ?? (buttons.length > 0 ? ([0] as Path) : undefined)
  const here = begun && buttonAt(buttons, begun)
  const change = (next: Button[], at?: Path) => {
    setEdit({ base: edit?.base ?? menu.draft.rev, buttons: next })
    save.reset()
    if (at) setPath(at)
  }
  const forget = () => { setEdit(null); setTried(false); setPath(undefined); save.reset() }
  const refused = wrongOf(save.error)
  const field = refused && fieldOf(refused.field)
  const store = async (): Promise<boolean> => {
    setTried(true)
    const first = firstWrong(buttons)
    if (first) { setPath(first); return false }
    try {
      await save.mutateAsync({ base: edit?.base ?? menu.draft.rev, buttons: tidy(buttons) })
    } catch (error) {
      const at = fieldOf(wrongOf(error)?.field ?? '')
      if (at) setPath(at.path)
      return false
    }
    setEdit(null)
    setTried(false)
    return true
  }
  const grow = (under?: number) => {
    const fresh: Button = { name: w('fresh'), type: 'click', key: newKey(buttons) }
    const at: Path = under === undefined ? [buttons.length] : [under, buttons[under]?.sub_button?.length ?? 0]
    change(add(buttons, at, fresh), at)
  }
  const publish = async () => { if (!dirty || (await store())) setAsked(true) }
  // A menu made by hand in WeChat's console cannot be compared: whatever is published takes its place.
  const same = menu.changes.length === 0 && menu.live.origin !== 'site'
  const status = dirty ? w('dirty') : same ? w(buttons.length === 0 ? 'sameNone' : 'same') : ''
  return (
    <div className="stack">
      {menu.drifted && <Drifted take={menu.live.origin === 'api' ? () => change(menu.live.buttons, [0]) : undefined} />}
      <section className="card" aria-labelledby="menu-title">
        <h2 id="menu-title">{w('title')}<small>{w('hint')}</small></h2>
        <div className="menu-edit">
          <MenuPhone buttons={buttons} path={begun} choose={setPath} grow={grow} />
          <div className="menu-form">
            {here && begun
              ? <ButtonForm menu={buttons} path={begun} button={here} change={change} leave={() => setPath(undefined)} tried={tried}
                  refused={field && samePath(field.path, begun) ? { name: field.name, text: refused.text } : undefined} />
              : <Empty icon="replies" title={w(buttons.length === 0 ? 'blank' : 'button')} text={w(buttons.length === 0 ? 'blankText' : 'pick')} />}
          </div>
        </div>
        {save.error && !field && (
          <p className="notice bad" role="alert">
            <Icon name="alert" /><span>{told(save.error, t)} <button type="button" className="link" onClick={() => void reload().then(forget)}>{w('reload')}</button></span>
          </p>
        )}
        <div className="actions menu-actions">
          <button type="button" className="button primary" disabled={save.isPending || (!dirty && (same || menu.draft.rev === 0))} onClick={() => void publish()}>
            {save.isPending ? t('dialog.busy') : w(dirty ? 'publishSave' : 'publish')}
          </button>
          <button type="button" className="button" disabled={!dirty || save.isPending} onClick={() => void store().then((ok) => ok && tell(w('saved')))}>{w('save')}</button>
          {edit && dirty && <button type="button" className="button quiet" onClick={forget}>{w('undo')}</button>}
          <span className={dirty ? 'tag warn' : 'muted small'} role="status">{status}</span>
        </div>
      </section>
      <Publish menu={menu} open={asked} onClose={() => setAsked(false)} />
      {!dirty && <Changes menu={menu} />}
      <LiveMenu menu={menu} />
      <Revisions menu={menu} onRestored={forget} />
    </div>
  )
}
