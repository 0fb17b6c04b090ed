import { useText } from '../text'

interface Props {
  group: string
  /** The copy, as its groups will read it. */
  text: string
  /** The title of the Mini Program card. */
  title: string
}

/** Phone shows a post as its group will see it: the copy, and the Mini Program card below. */
export function Phone({ group, text, title }: Props) {
  const { t } = useText()
  return (
    <div className="phone">
      <div className="phone-bar"><i aria-hidden="true" />{group}</div>
      <div className="phone-chat">
        <div className="phone-row"><p className="bubble">{text}</p><i className="face" aria-hidden="true" /></div>
        <div className="phone-row">
          <div className="mini-card">
            <p className="mini-title">{title}</p>
            <div className="mini-picture" aria-hidden="true"><span>{t('card.open')}</span></div>
            <p className="mini-foot">{t('card.app')}</p>
          </div>
          <i className="face" aria-hidden="true" />
        </div>
      </div>
    </div>
  )
}
