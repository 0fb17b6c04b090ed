import { useText } from '../text'
import { LangButton, SignOutButton } from '../ui/shell'
import { Empty } from '../ui/states'

/** StaffNotice tells shop staff that their desk is another page. */
export function StaffNotice() {
  const { t } = useText()
  return (
    <main className="signin">
      <div className="signin-top"><LangButton /></div>
      <Empty icon="info" title={t('staff.title')} text={t('staff.text')}>
        <a className="button primary" href="/till/">{t('staff.open')}</a>
        <SignOutButton />
      </Empty>
    </main>
  )
}
