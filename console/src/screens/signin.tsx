import { type FormEvent, useEffect, useState } from 'react'
import { ApiError, useForgetting, useSignIn } from '../api'
import { type Key, useText } from '../text'
import { Icon, Mark } from '../ui/icons'
import { LangButton } from '../ui/shell'
import { told } from '../ui/states'
import { useSilence } from '../ui/toast'

type Wrong = { login?: Key; password?: Key }

export function SignIn() {
  const { t } = useText()
  const signIn = useSignIn()
  useForgetting()
  useSilence()
  const [wrong, setWrong] = useState<Wrong>({})
  useEffect(() => {
    document.title = `${t('signin.title')} · ${t('app.name')}`
  }, [t])

  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    const login = String(form.get('login') ?? '').trim()
    const password = String(form.get('password') ?? '')
    const missing: Wrong = {}
    if (!login) missing.login = 'signin.needLogin'
    if (!password) missing.password = 'signin.needPassword'
    setWrong(missing)
    if (missing.login || missing.password) {
      event.currentTarget.querySelector<HTMLInputElement>(missing.login ? '[name=login]' : '[name=password]')?.focus()
      return
    }
    signIn.mutate({ login, password })
  }

  const error = signIn.error
  const refused = error instanceof ApiError && error.status === 401
  return (
    <main className="signin">
      <div className="signin-top"><LangButton /></div>
      <div className="signin-box">
        <Mark size={44} />
        <p className="signin-name">{t('app.name')}</p>
        <p className="signin-line">{t('app.line')}</p>
        <form className="card signin-form" onSubmit={submit} noValidate>
          <h1>{t('signin.title')}</h1>
          {error && (
            <p className="notice bad" role="alert"><Icon name="alert" />{refused ? t('signin.wrong') : told(error, t)}</p>
          )}
          <Line name="login" label="signin.login" wrong={wrong.login} autoComplete="username" />
          <Password wrong={wrong.password} />
          <button type="submit" className="button primary wide" disabled={signIn.isPending}>
            {signIn.isPending ? t('signin.busy') : t('signin.submit')}
          </button>
        </form>
      </div>
    </main>
  )
}

interface LineProps {
  name: string
  label: Key
  wrong?: Key
  autoComplete: string
  type?: string
  children?: React.ReactNode
}

function Line({ name, label, wrong, autoComplete, type = 'text', children }: LineProps) {
  const { t } = useText()
  return (
    <div className="field">
      <label htmlFor={name}>{t(label)}</label>
      <div className="input-row">
        <input id={name} name={name} type={type} className="input" autoComplete={autoComplete} autoCapitalize="none"
          spellCheck={false} aria-invalid={wrong ? true : undefined} aria-describedby={wrong && `${name}-wrong`} />
        {children}
      </div>
      {wrong && <p className="field-error" id={`${name}-wrong`} role="alert">{t(wrong)}</p>}
    </div>
  )
}

function Password({ wrong }: { wrong?: Key }) {
  const { t } = useText()
  const [shown, setShown] = useState(false)
  return (
    <Line name="password" label="signin.password" wrong={wrong} autoComplete="current-password" type={shown ? 'text' : 'password'}>
      <button type="button" className="icon-button" aria-label={t(shown ? 'signin.hide' : 'signin.show')}
        aria-pressed={shown} onClick={() => setShown(!shown)}>
        <Icon name="eye" />
      </button>
    </Line>
  )
}
