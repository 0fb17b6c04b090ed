import { Link } from 'wouter'
import { useText } from '../text'
import { Page } from '../ui/page'

export function Missing() {
  const { t } = useText()
  return (
    <Page title={t('missing.title')} sub={t('missing.text')}>
      <Link to="/" className="button">{t('missing.back')}</Link>
    </Page>
  )
}
