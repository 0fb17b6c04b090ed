import { useText, useWords } from '../../text'
import { Icon } from '../../ui/icons'
import { useNewsDrafts } from './api'
import { label, type Written } from './draft'
import { useViewer } from '../../ui/viewer'
import { reachWords } from './words'

/** Bubble shows a broadcast as a follower sees it in the account's chat. */
export function Bubble({ d }: { d: Pick<Written, 'kind' | 'text' | 'pictures' | 'caption' | 'news' | 'sponsored'> }) {
  const w = useWords(reachWords)
  const { community } = useViewer()
  const sold = (text: string) => (d.sponsored && !text.startsWith(label) ? label + text : text)
  return (
    <div className="phone reach-phone">
      <div className="phone-bar"><i aria-hidden="true" />{community.name || w('write.account')}</div>
      <div className="phone-chat">
        {d.kind === 'text' && (
          <div className="phone-row"><i className="face" aria-hidden="true" /><p className="bubble">{sold(d.text) || '…'}</p></div>
        )}
        {d.kind === 'image' && (
          <>
            {d.pictures.length === 0 && <div className="phone-row"><i className="face" aria-hidden="true" /><p className="bubble">…</p></div>}
            {d.pictures.map((p, i) => (
              <div className="phone-row" key={p.id}><i className="face" aria-hidden="true" />
                {p.src ? <img className="reach-picture" src={p.src} alt={w('kind.image')} /> : <p className="reach-picture"><Icon name="eye" />{i + 1}</p>}
              </div>
            ))}
            {(d.caption || d.sponsored) && <div className="phone-row"><i className="face" aria-hidden="true" /><p className="bubble">{sold(d.caption)}</p></div>}
          </>
        )}
        {d.kind === 'news' && <News id={d.news} />}
      </div>
    </div>
  )
}

function News({ id }: { id: string }) {
  const w = useWords(reachWords)
  const { t } = useText()
  const draft = useNewsDrafts(id !== '').data?.find((x) => x.media_id === id)
  return (
    <div className="mini-card reach-news">
      {draft ? draft.articles.map((a, i) => <p key={i} className="mini-title">{a.title}</p>) : <p className="mini-title">{id ? w('one.news') : t('form.title')}</p>}
    </div>
  )
}
