import { type FormEvent, lazy, Suspense, useEffect, useRef, useState } from 'react'
import { Link, useLocation } from 'wouter'
import { ApiError, useSubmitOffer } from '../api'
import { useText } from '../text'
import { describe, Field } from '../ui/form'
import { Icon } from '../ui/icons'
import { Page } from '../ui/page'
import { Phone } from '../ui/phone'
import { told } from '../ui/states'
import { useTell } from '../ui/toast'
import { useViewer, useWhen } from '../ui/viewer'
import { adLabels, blank, check, currencies, type Draft, fieldOf, type Wrong } from './draft'

const Forecast = lazy(() => import('./pacing/forecast'))

/** NewOfferPage is the form in which a brand hands in an offer, beside the post it will become. */
export function NewOfferPage() {
  const { t } = useText()
  const tell = useTell()
  const [, navigate] = useLocation()
  const { now, zone, zoneName } = useWhen()
  const { account } = useViewer()
  const submit = useSubmitOffer()
  const form = useRef<HTMLFormElement>(null)
  const [draft, setDraft] = useState<Draft>(() => blank(now, zone))
  const [tried, setTried] = useState(false)
  const [refused, setRefused] = useState<Wrong>({})
  const [asked, setAsked] = useState<{ starts_at: number; ends_at: number; category: string }>()

  const { offer, wrong } = check(draft, now, zone, t)
  // What the server puts before everything that is sold. Once handed in, an offer comes with its real text.
  const label = `【${draft.ad_label}】`
  const title = draft.title || t('form.title')
  const datesSet = !wrong.starts_at && !wrong.ends_at
  const flight = { starts_at: offer.starts_at, ends_at: offer.ends_at, category: draft.category.trim() }
  const sameAsked = asked !== undefined && JSON.stringify(asked) === JSON.stringify(flight)
  const shown: Wrong = tried ? { ...wrong, ...refused } : refused
  const set = (name: keyof Draft, value: string) => {
    setDraft({ ...draft, [name]: value })
    setRefused(({ [name]: _, ...others }) => others)
  }
  const focus = (name: keyof Draft) => form.current?.querySelector<HTMLElement>(`[name=${name}]`)?.focus()

  const hand = async (event: FormEvent) => {
    event.preventDefault()
    setTried(true)
    const first = (Object.keys(draft) as (keyof Draft)[]).find((name) => wrong[name])
    if (first) return focus(first)
    if (!(await submit.do(offer))) return
    tell(t('form.sent'))
    navigate('/offers')
  }

  // What the server objects to belongs to a field, or to the whole.
  const field = submit.error instanceof ApiError ? fieldOf(submit.error.field) : undefined
  const general = field ? null : submit.error
  useEffect(() => {
    if (!field) return
    setRefused({ [field]: told(submit.error, t) })
    form.current?.querySelector<HTMLElement>(`[name=${field}]`)?.focus()
  }, [field, submit.error, t])
  const count = Object.values(shown).filter(Boolean).length
  const input = (name: keyof Draft, props: React.InputHTMLAttributes<HTMLInputElement> = {}) => (
    <input id={name} name={name} className="input" value={draft[name]} onChange={(e) => set(name, e.target.value)}
      {...describe(name, shown[name])} {...props} />
  )
  return (
    <Page title={t('offers.new')} sub={t('offers.newSub')} actions={<Link to="/offers" className="button"><Icon name="left" />{t('offers.back')}</Link>}>
      <div className="builder">
        <form className="card form" onSubmit={(event) => void hand(event)} noValidate ref={form}>
          <Field name="title" label={t('form.title')} hint={t('form.titleHint')} wrong={shown.title}>{input('title', { maxLength: 60 })}</Field>
          <Field name="body" label={t('form.body')} hint={t('form.bodyHint')} wrong={shown.body}>
            <textarea id="body" name="body" className="input" rows={5} maxLength={500} value={draft.body}
              onChange={(e) => set('body', e.target.value)} {...describe('body', shown.body)} />
          </Field>
          <div className="field-pair">
            <Field name="category" label={t('form.category')} hint={t('form.categoryHint')} wrong={shown.category}>{input('category', { maxLength: 64 })}</Field>
            <Field name="ad_label" label={t('form.label')} hint={t('form.labelHint')} wrong={shown.ad_label}>
              <select id="ad_label" name="ad_label" className="input" value={draft.ad_label} onChange={(e) => set('ad_label', e.target.value)}>
                {adLabels.map((l) => <option key={l}>{l}</option>)}
              </select>
            </Field>
          </div>
          <div className="field-pair">
            <Field name="value" label={t('form.value')} wrong={shown.value}>{input('value', { inputMode: 'decimal' })}</Field>
            <Field name="currency" label={t('form.currency')} wrong={shown.currency}>
              <select id="currency" name="currency" className="input" value={draft.currency} onChange={(e) => set('currency', e.target.value)}>
                {currencies.map((c) => <option key={c}>{c}</option>)}
              </select>
            </Field>
          </div>
          <div className="field-pair">
            <Field name="stock" label={t('form.stock')} wrong={shown.stock}>{input('stock', { inputMode: 'numeric' })}</Field>
            <Field name="per_member" label={t('form.perMember')} wrong={shown.per_member}>{input('per_member', { inputMode: 'numeric' })}</Field>
          </div>
          <p className="hint zone">{t('form.zone', { zone: zoneName() })}</p>
          <div className="field-pair">
            <Field name="starts_at" label={t('form.startsAt')} wrong={shown.starts_at}>{input('starts_at', { type: 'datetime-local' })}</Field>
            <Field name="ends_at" label={t('form.endsAt')} wrong={shown.ends_at}>{input('ends_at', { type: 'datetime-local' })}</Field>
            <Field name="redeem_by" label={t('form.redeemBy')} wrong={shown.redeem_by}>{input('redeem_by', { type: 'datetime-local' })}</Field>
          </div>
          {general && <p className="notice bad" role="alert"><Icon name="alert" />{told(general, t)}</p>}
          <div className="actions">
            <button type="submit" className="button primary" disabled={submit.isPending}>
              {submit.isPending ? t('dialog.busy') : t('form.submit')}
            </button>
            {count > 0 && <p className="field-error" role="status">{t('form.check', { n: count })}</p>}
          </div>
        </form>
        <aside className="preview">
          <p className="fact-label">{t('approvals.preview')}</p>
          <Phone group={t('form.aGroup')} text={`${label}${account.name}：${title}\n${draft.body}`} title={label + title} />
          <div className="builder-forecast">
            {asked
              ? <Suspense><Forecast draft={asked} organiser={false} /></Suspense>
              : <p className="hint">{t('form.forecastHint')}</p>}
            <button type="button" className="button" disabled={!datesSet || sameAsked} onClick={() => setAsked(flight)}>{t(asked ? 'form.forecastAgain' : 'form.forecast')}</button>
          </div>
        </aside>
      </div>
    </Page>
  )
}
