import { useState } from 'react'
import { useText, useWords } from '../../text'
import { Ask } from '../../ui/ask'
import { Loaded, More } from '../../ui/list'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useWhen } from '../../ui/viewer'
import { type Menu, useRestoreMenu, useRevisions } from './api'
import { menu as texts } from './menuwords'

/** Revisions lists the drafts there were, and brings one back. */
export function Revisions({ menu, onRestored }: { menu: Menu; onRestored: () => void }) {
  const w = useWords(texts)
  const { t } = useText()
  const tell = useTell()
  const { say } = useWhen()
  const revisions = useRevisions()
  const restore = useRestoreMenu()
  const [rev, setRev] = useState(0)
  const close = () => { restore.reset(); setRev(0) }
  const go = async () => {
    try {
      await restore.mutateAsync({ base: menu.draft.rev, rev })
    } catch {
      return // the question shows it
    }
    tell(w('restored'))
    onRestored()
    close()
  }
  return (
    <section className="card" aria-labelledby="menu-versions">
      <h2 id="menu-versions">{w('versions')}</h2>
      <Loaded query={revisions}>
        {(data) => {
          const all = data.pages.flat()
          if (all.length === 0) return <p className="muted">{w('versionsNone')}</p>
          return (
            <ul className="versions">
              {all.map(({ draft, buttons }) => (
                <li key={draft.rev} className="version">
                  <div>
                    <p><strong>{w('version', { n: draft.rev })}</strong> <span className="muted small">{say(draft.created_at)}{draft.note && ` · ${draft.note}`}</span></p>
                    <p className="muted small">{buttons.map((b) => b.name).join(' · ') || w('noButtons')}</p>
                  </div>
                  <span className="tags">
                    {draft.rev === menu.draft.rev && <span className="tag good">{w('isDraft')}</span>}
                    {draft.rev === menu.published?.rev && <span className="tag">{w('isLive')}</span>}
                  </span>
                  {draft.rev !== menu.draft.rev && (
                    <button type="button" className="button" aria-label={`${w('restore')} · ${w('version', { n: draft.rev })}`} onClick={() => setRev(draft.rev)}>{w('restore')}</button>
                  )}
                </li>
              ))}
            </ul>
          )
        }}
      </Loaded>
      <More query={revisions} />
      <Ask careful open={rev > 0} title={w('restoreTitle', { n: rev })} text={w('restoreText')} yes={w('restore')} busy={restore.isPending}
        error={restore.error ? told(restore.error, t) : undefined} onYes={() => void go()} onClose={close} />
    </section>
  )
}
