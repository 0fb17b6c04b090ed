import { useState } from 'react'
import { useText, useWords } from '../../text'
import { Ask } from '../../ui/ask'
import { copyText } from '../../ui/copy'
import { SelectField, TextField } from '../../ui/form'
import { Icon } from '../../ui/icons'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useWhen } from '../../ui/viewer'
import { type Invitation, type Scope, useInvite, useTakeBack } from './api'
import { room } from './words'

/** Invite makes a link for a colleague. It is shown once: who has it can make herself an account. */
export function Invite() {
  const w = useWords(room)
  const { t } = useText()
  const { say } = useWhen()
  const tell = useTell()
  const invite = useInvite()
  const [open, setOpen] = useState(false)
  const [name, setName] = useState('')
  const [scope, setScope] = useState<Scope>('keeper')
  const [made, setMade] = useState<{ url: string; expires: number }>()
  const close = () => { setOpen(false); setMade(undefined); setName(''); setScope('keeper'); invite.reset() }
  const copy = async (url: string) => { const ok = await copyText(url); tell(w(ok ? 'invite.copied' : 'invite.notCopied'), ok ? 'good' : 'bad') }
  const go = async () => {
    if (made) return copy(made.url)
    await invite.do({ name: name.trim(), scope, made: (url, expires) => setMade({ url, expires }) })
  }
  return (
    <>
      <button type="button" className="button primary" onClick={() => setOpen(true)}><Icon name="plus" />{w('invite')}</button>
      <Ask open={open} title={w(made ? 'invite.made' : 'invite')} text={made ? w('invite.madeText', { when: say(made.expires) }) : w('invite.text')}
        yes={w(made ? 'invite.copy' : 'invite.make')} no={made ? t('dialog.close') : undefined} busy={invite.isPending}
        error={invite.error ? told(invite.error, t) : undefined} onYes={() => void go()} onClose={close}>
        {made ? <p className="path"><code className="invite-link">{made.url}</code></p> : (
          <>
            <TextField name="invite-name" label={w('invite.name')} maxLength={60} autoComplete="off" value={name} onValue={setName} />
            <SelectField name="invite-scope" label={w('scope')} hint={w(`scope.${scope}Text`)} value={scope} onValue={(v) => setScope(v as Scope)}
              options={(['keeper', 'owner'] as const).map((s) => ({ value: s, label: w(`scope.${s}`) }))} />
          </>
        )}
      </Ask>
    </>
  )
}

/** Invitations are those nobody has taken up yet. */
export function Invitations({ all }: { all: Invitation[] }) {
  const w = useWords(room)
  const { t } = useText()
  const { say } = useWhen()
  const tell = useTell()
  const back = useTakeBack()
  if (all.length === 0) return null
  return (
    <section className="card" aria-labelledby="invitations">
      <h2 id="invitations">{w('invitations')}</h2>
      <ul className="team-list">
        {all.map((i) => (
          <li key={i.id} className="team-row">
            <div>
              <p className="strong">{i.name || w('invite.nobody')}<span className="tag">{w(`scope.${i.scope === 'owner' ? 'owner' : 'keeper'}`)}</span></p>
              <p className="muted small">{w('invite.by', { name: i.by_name, when: say(i.expires_at) })}</p>
            </div>
            <button type="button" className="button" disabled={back.isPending} aria-label={`${w('invite.back')}: ${i.name}`}
              onClick={() => void back.do(i.id).then((ok) => tell(ok ? w('invite.isBack') : t('error.unknown'), ok ? 'good' : 'bad'))}>{w('invite.back')}</button>
          </li>
        ))}
      </ul>
    </section>
  )
}
