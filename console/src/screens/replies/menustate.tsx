import { useText, useWords } from '../../text'
import { Ask } from '../../ui/ask'
import { Icon } from '../../ui/icons'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useWhen } from '../../ui/viewer'
import { type Menu, usePublishMenu } from './api'
import { pathOf } from './menudraft'
import { menu as texts } from './menuwords'

/** Drifted warns that WeChat has another menu than was published from here. */
export function Drifted({ take }: { take?: () => void }) {
  const w = useWords(texts)
  return (
    <div className="notice warn menu-drifted" role="status">
      <Icon name="alert" />
      <div>
        <p className="strong">{w('drifted')}</p>
        <p>{w('driftedText')}</p>
        {take && <button type="button" className="link" onClick={take}>{w('take')}</button>}
      </div>
    </div>
  )
}

function ChangeList({ menu }: { menu: Menu }) {
  const w = useWords(texts)
  const parents = (change: Menu['changes'][number]) => {
    const removed = change.kind === 'removed'
    const path = pathOf(removed ? change.from : change.to)
    const parent = path?.length === 2 ? (removed ? menu.live.buttons : menu.buttons)[path[0]] : undefined
    return parent ? w('inside', { name: parent.name }) : ''
  }
  const signs = { added: '+', removed: '−', changed: '~', moved: '↕' } as const
  return (
    <ul className="menu-changes">
      {menu.changes.map((c, i) => (
        <li key={i} data-kind={c.kind}>
          <b aria-hidden="true">{signs[c.kind]}</b>
          <span>{c.kind === 'changed' && c.was ? w('renamed', { was: c.was, name: c.name }) : w(c.kind, { name: c.name })}{parents(c)}</span>
        </li>
      ))}
    </ul>
  )
}

/** Changes lists what publishing the draft would change for followers. */
export function Changes({ menu }: { menu: Menu }) {
  const w = useWords(texts)
  if (menu.changes.length === 0) return null
  return (
    <section className="card" aria-labelledby="menu-diff">
      <h2 id="menu-diff">{w('diff')}</h2>
      <ChangeList menu={menu} />
    </section>
  )
}

/** LiveMenu tells what WeChat has, where that is not simply the draft. */
export function LiveMenu({ menu }: { menu: Menu }) {
  const w = useWords(texts)
  const { say } = useWhen()
  const { live, published } = menu
  const names = live.buttons.map((b) => (b.sub_button?.length ? w('inner', { name: b.name, subs: b.sub_button.map((s) => s.name).join(w('list')) }) : b.name))
  return (
    <section className="card" aria-labelledby="menu-live">
      <h2 id="menu-live">{w('live')}{published && !menu.drifted && <small>{w('liveAt', { when: say(published.at) })}</small>}</h2>
      {live.origin === 'none' && <p className="muted">{w('liveNone')}</p>}
      {live.origin === 'site' && <p>{w('liveSite', { names: live.names.join(w('list')) })}</p>}
      {live.origin === 'api' && <ul className="tags">{names.map((name, i) => <li key={i} className="tag">{name}</li>)}</ul>}
      {live.conditional > 0 && <p className="muted small">{w('conditional', { n: live.conditional })}</p>}
    </section>
  )
}

/** Publish asks once more, with what will change, and then puts the draft in force. */
export function Publish({ menu, open, onClose }: { menu: Menu; open: boolean; onClose: () => void }) {
  const w = useWords(texts)
  const { t } = useText()
  const tell = useTell()
  const publish = usePublishMenu()
  const close = () => { publish.reset(); onClose() }
  const go = async () => {
    try {
      await publish.mutateAsync({ rev: menu.draft.rev, digest: menu.live.digest })
    } catch {
      return // the question shows it
    }
    tell(w('published'))
    close()
  }
  return (
    <Ask careful open={open} title={w('askTitle')} text={w(menu.buttons.length === 0 ? 'askEmpty' : 'askText')} yes={w('askYes')}
      busy={publish.isPending} error={publish.error ? told(publish.error, t) : undefined} onYes={() => void go()} onClose={close}>
      <ChangeList menu={menu} />
    </Ask>
  )
}
