import { type FormEvent, useState } from 'react'
import { useText, useWords } from '../../text'
import { TextField, wrongOf } from '../../ui/form'
import { Icon, Mark } from '../../ui/icons'
import { Loaded } from '../../ui/list'
import { LangButton } from '../../ui/shell'
import { told } from '../../ui/states'
import { useAccept, useLook } from './api'
import './team.css'
import { room } from './words'

/** Join is where a colleague who was invited makes herself an account. The code stands behind the #, so no server's log has it. */
export default function Join() {
  const w = useWords(room)
  const [code] = useState(() => decodeURIComponent(location.hash.slice(1)))
  const look = useLook(code)
  return (
    <main className="signin">
      <div className="signin-top"><LangButton /></div>
      <div className="signin-box">
        <Mark size={44} />
        <h1 className="signin-name">{w('join.title')}</h1>
        <Loaded query={look}>
          {(found) => (
            <>
              <p className="signin-line">{w('join.text', { community: found.community, scope: w(`scope.${found.scope === 'owner' ? 'owner' : 'keeper'}`) })}</p>
              <Form code={code} invited={found.name} />
            </>
          )}
        </Loaded>
      </div>
    </main>
  )
}

function Form({ code, invited }: { code: string; invited: string }) {
  const w = useWords(room)
  const { t } = useText()
  const accept = useAccept()
  const [d, set] = useState({ name: invited, login: '', password: '' })
  const [tried, setTried] = useState(false)
  const wrong = {
    name: d.name.trim() ? undefined : w('join.need'),
    login: d.login.trim().length >= 3 ? undefined : w('join.loginShort'),
    password: d.password.length >= 8 ? undefined : w('join.passwordShort'),
  }
  const refused = wrongOf(accept.error)
  const says = (f: keyof typeof wrong) => (refused?.field === f ? refused.text : tried ? wrong[f] : undefined)
  const submit = (e: FormEvent) => {
    e.preventDefault()
    setTried(true)
    if (Object.values(wrong).some(Boolean)) return
    accept.mutate({ code, login: d.login.trim(), name: d.name.trim(), password: d.password }, { onSuccess: () => history.replaceState(null, '', '/console/') })
  }
  return (
    <form className="card signin-form" noValidate onSubmit={submit}>
      {accept.error && !refused && <p className="notice bad" role="alert"><Icon name="alert" />{told(accept.error, t)}</p>}
      <TextField name="name" label={w('join.name')} wrong={says('name')} maxLength={60} autoComplete="name" value={d.name} onValue={(name) => set({ ...d, name })} />
      <TextField name="login" label={w('join.login')} hint={w('join.loginHint')} wrong={says('login')} maxLength={60} autoComplete="username" value={d.login} onValue={(login) => set({ ...d, login })} />
      <TextField name="password" type="password" label={w('join.password')} hint={w('join.passwordHint')} wrong={says('password')} maxLength={72} autoComplete="new-password" value={d.password} onValue={(password) => set({ ...d, password })} />
      <button type="submit" className="button primary wide" disabled={accept.isPending}>{accept.isPending ? t('dialog.busy') : w('join.yes')}</button>
    </form>
  )
}
