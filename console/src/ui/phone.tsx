import { useText } from '../text'

interface Props {
  group: string
  brand: string
  title: string
  body: string
}

/** The label stands before everything that is sold, in the language of the groups, whatever the reader's is. */
const label = '【广告】'

/** Phone shows a post as its group will see it: the copy as the server writes it, and the Mini Program card below. */
export function Phone({ group, brand, title, body }: Props) {
  const { t } = useText()
  return (
    <div className="phone">
      <div className="phone-bar"><i aria-hidden="true" />{group}</div>
      <div className="phone-chat">
        <div className="phone-row"><p className="bubble">{`${label}${brand}：${title}\n${body}`}</p><i className="face" aria-hidden="true" /></div>
        <div className="phone-row">
          <div className="mini-card">
            <p className="mini-title">{label}{title}</p>
            <div className="mini-picture" aria-hidden="true"><span>{t('card.open')}</span></div>
            <p className="mini-foot">{t('card.app')}</p>
          </div>
          <i className="face" aria-hidden="true" />
        </div>
      </div>
    </div>
  )
}
