import { useText, useWords } from '../../text'
import { Icon } from '../../ui/icons'
import { useViewer } from '../../ui/viewer'
import type { TrialAnswer } from './api'
import { room } from './words'

interface Props {
  /** what she wrote, or what she did */
  asked: string
  happening: boolean
  answers: TrialAnswer[]
  silent: boolean
}

/** Chat shows a question and its answers as the person sees them on her phone, and how each goes out. */
export function Chat({ asked, happening, answers, silent }: Props) {
  const w = useWords(room)
  const { community } = useViewer()
  return (
    <div className="phone chat">
      <div className="phone-bar"><i aria-hidden="true" />{community.name}</div>
      <div className="phone-chat">
        {happening ? <p className="chat-event">{asked}</p>
          : <div className="phone-row"><p className="bubble">{asked}</p><i className="face" aria-hidden="true" /></div>}
        {silent && <p className="chat-event">{w('silent')}</p>}
        {answers.map((a, i) => (
          <div key={i} className="chat-answer" data-unsent={a.reason ? true : undefined}>
            {a.kind === 'human' ? <p className="chat-event">{w('handed')}</p> : (
              <div className="phone-row theirs"><i className="face house" aria-hidden="true" /><Said a={a} /></div>
            )}
            <p className={a.reason ? 'chat-how bad' : 'chat-how'}>{a.reason ? w('lateNot', { why: a.why }) : w(a.passive ? 'passive' : 'later')}</p>
          </div>
        ))}
      </div>
    </div>
  )
}

function Said({ a }: { a: TrialAnswer }) {
  const w = useWords(room)
  const { t } = useText()
  switch (a.kind) {
    case 'image':
      return <p className="bubble theirs chat-picture"><Icon name="eye" />{w('picAlt')}</p>
    case 'news':
      return (
        <div className="mini-card news-card">
          <p className="mini-title">{a.title}</p>
          <div className="news-body"><p>{a.description || a.url}</p><span className="news-picture" aria-hidden="true" /></div>
        </div>
      )
    case 'card':
      return (
        <div className="mini-card">
          <p className="mini-title">{a.title}</p>
          <div className="mini-picture" aria-hidden="true"><span>{t('card.open')}</span></div>
          <p className="mini-foot">{w('cardFoot')}</p>
        </div>
      )
    default:
      return <p className="bubble theirs">{a.text}</p>
  }
}
