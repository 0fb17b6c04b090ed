import { useText } from '../text'

interface Props {
  group: string
  /** The copy, as its groups will read it. */
  text?: string
  /** The title of the card; without one there is none. */
  title?: string
  /** A picture that is posted with the text. */
  picture?: string
  /** The picture of the card; without one it has the plain one. */
  cardPicture?: string
  /** The card opens a web page, not the Mini Program. */
  link?: boolean
}

/** Phone shows a post as its group will see it: the copy, and the Mini Program card below. */
export function Phone({ group, text, title, picture, cardPicture, link }: Props) {
  const { t } = useText()
  return (
    <div className="phone">
      <div className="phone-bar"><i aria-hidden="true" />{group}</div>
      <div className="phone-chat">
        {text !== undefined && <div className="phone-row"><p className="bubble">{text}</p><i className="face" aria-hidden="true" /></div>}
        {picture && <div className="phone-row"><img className="phone-picture" src={picture} alt="" /><i className="face" aria-hidden="true" /></div>}
        {title && (
          <div className="phone-row">
            <div className="mini-card">
              <p className="mini-title">{title}</p>
              {!link && (cardPicture ? <img className="mini-picture" src={cardPicture} alt="" /> : <div className="mini-picture" aria-hidden="true"><span>{t('card.open')}</span></div>)}
              {!link && <p className="mini-foot">{t('card.app')}</p>}
            </div>
            <i className="face" aria-hidden="true" />
          </div>
        )}
      </div>
    </div>
  )
}
