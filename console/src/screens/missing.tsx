import { Link } from 'wouter'
import { useText } from '../text'
import { Empty } from '../ui/states'

export function Missing() {
  const { t } = useText()
  return (
    <Empty icon="info" title={t('missing.title')} text={t('missing.text')}>
      <Link to="/" className="button">{t('missing.back')}</Link>
    </Empty>
  )
}
