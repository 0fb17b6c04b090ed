import { Link, useLocation } from 'wouter'
import { useText, useWords } from '../../text'
import { Page } from '../../ui/page'
import { useTell } from '../../ui/toast'
import { useAddGroup } from './api'
import { GroupFields, useGeneral, useGroupDraft } from './form'
import { KindFacts } from './kinds'
import { room } from './words'

/** NewGroup registers an ordinary group, of which no platform tells. */
export function NewGroup() {
  const { t } = useText()
  const w = useWords(room)
  const tell = useTell()
  const add = useAddGroup()
  const held = useGroupDraft()
  const general = useGeneral(add.error)
  const [, navigate] = useLocation()
  const save = async () => {
    const form = held.form()
    if (!form) return
    await add.do({
      form: { ...form, name: form.name ?? '' },
      made: (group) => {
        tell(w('new.made', { group: group.name }))
        navigate(`/groups/${group.id}`)
      },
    })
  }
  return (
    <Page title={w('new.title')} actions={<Link to="/groups" className="button">{w('page.all')}</Link>}>
      <div className="builder">
        <form className="card form" noValidate onSubmit={(e) => { e.preventDefault(); void save() }}>
          <GroupFields held={held} error={add.error} />
          {general && <p className="field-error" role="alert">{general}</p>}
          <div className="actions"><button type="submit" className="button primary" disabled={add.isPending}>{add.isPending ? t('dialog.busy') : w('new.save')}</button></div>
        </form>
        <section className="card" aria-labelledby="new-kind">
          <h2 id="new-kind">{w('new.which')}</h2>
          <KindFacts kind="ordinary" />
          <p className="muted small kind-other">{w('new.wecom')}</p>
        </section>
      </div>
    </Page>
  )
}
