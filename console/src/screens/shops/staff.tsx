import { useState } from 'react'
import { useText, useWords } from '../../text'
import { Ask } from '../../ui/ask'
import { copyText } from '../../ui/copy'
import { CheckField, SelectField, TextField } from '../../ui/form'
import { Icon } from '../../ui/icons'
import { Loaded } from '../../ui/list'
import { told } from '../../ui/states'
import { useTell } from '../../ui/toast'
import { useWhen } from '../../ui/viewer'
import { type Clerk, type Shop, useDismiss, useDisplace, useInviteClerk, usePlace, useShopStaff, useUninvite } from './api'
import { room } from './words'

/** Staff is who writes vouchers off in a shop, and who was invited to. */
export function Staff({ shop }: { shop: Shop }) {
  const w = useWords(room)
  const { t } = useText()
  const { say } = useWhen()
  const tell = useTell()
  const query = useShopStaff(shop.id)
  const back = useUninvite()
  return (
    <section className="card" aria-labelledby="shop-staff">
      <div className="card-head">
        <h2 id="shop-staff">{w('staff')}</h2>
        <div className="actions">
          {(query.data?.others.some((c) => c.active) ?? false) && <Place shop={shop} others={query.data?.others.filter((c) => c.active) ?? []} />}
          <Invite shop={shop} />
        </div>
      </div>
      <Loaded query={query}>
        {({ staff, invitations }) => (
          <>
            {staff.length === 0 && <p className="muted">{w('staff.none')}</p>}
            <ul className="shop-list">{staff.map((c) => <ClerkRow key={c.id} shop={shop} clerk={c} />)}</ul>
            {invitations.length > 0 && (
              <>
                <h3 className="shop-invited">{w('invited')}</h3>
                <ul className="shop-list">
                  {invitations.map((i) => (
                    <li key={i.id}>
                      <div>
                        <p><span className="strong">{i.name || w('nobody')}</span><span className="tag">{w(i.manager ? 'manager' : 'clerk')}</span></p>
                        <p className="muted small">{w('until', { when: say(i.expires_at) })}</p>
                      </div>
                      <button type="button" className="button" disabled={back.isPending} aria-label={`${w('uninvite')}: ${i.name}`}
                        onClick={() => void back.do({ shop: shop.id, invitation: i.id }).then((ok) => tell(ok ? w('uninvited') : t('error.unknown'), ok ? 'good' : 'bad'))}>{w('uninvite')}</button>
                    </li>
                  ))}
                </ul>
              </>
            )}
          </>
        )}
      </Loaded>
    </section>
  )
}

function ClerkRow({ shop, clerk }: { shop: Shop; clerk: Clerk }) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const [displace, dismiss, place] = [useDisplace(), useDismiss(), usePlace()]
  const [asked, setAsked] = useState<'' | 'displace' | 'dismiss'>('')
  const act = asked === 'dismiss' ? dismiss : displace
  const go = async () => {
    const ok = await (asked === 'dismiss' ? dismiss.do(clerk.id) : displace.do({ shop: shop.id, account: clerk.id }))
    if (!ok) return
    tell(w(asked === 'dismiss' ? 'dismissed' : 'displaced', { name: clerk.name }))
    setAsked('')
  }
  const turn = async () => {
    const ok = await place.do({ shop: shop.id, account: clerk.id, manager: !clerk.manager, limit: clerk.daily_limit })
    tell(ok ? w('saved') : t('error.unknown'), ok ? 'good' : 'bad')
  }
  return (
    <li data-clerk={clerk.id}>
      <div>
        <p><span className="strong">{clerk.name}</span><span className={clerk.manager ? 'tag good' : 'tag'}>{w(clerk.manager ? 'manager' : 'clerk')}</span>{!clerk.active && <span className="tag">{w('gone')}</span>}</p>
        <p className="muted small">{[clerk.login, clerk.daily_limit > 0 && w('limitN', { n: clerk.daily_limit })].filter(Boolean).join(' · ')}</p>
      </div>
      <div className="actions">
        <button type="button" className="button" disabled={place.isPending} aria-label={`${w(clerk.manager ? 'unmanage' : 'manage')}: ${clerk.name}`} onClick={() => void turn()}>{w(clerk.manager ? 'unmanage' : 'manage')}</button>
        <button type="button" className="button quiet" aria-label={`${w('displace')}: ${clerk.name}`} onClick={() => setAsked('displace')}>{w('displace')}</button>
        {clerk.active && <button type="button" className="button quiet" aria-label={`${w('dismiss')}: ${clerk.name}`} onClick={() => setAsked('dismiss')}>{w('dismiss')}</button>}
      </div>
      {asked && (
        <Ask open careful title={w(`${asked}Ask`, { name: clerk.name, shop: shop.name })} text={w(`${asked}Text`)} yes={w(asked)} busy={act.isPending} error={act.error ? told(act.error, t) : undefined} onYes={() => void go()} onClose={() => setAsked('')} />
      )}
    </li>
  )
}

/** Place gives a clerk of the brand a place in this shop too. */
function Place({ shop, others }: { shop: Shop; others: Clerk[] }) {
  const w = useWords(room)
  const { t } = useText()
  const tell = useTell()
  const place = usePlace()
  const [open, setOpen] = useState(false)
  const [who, setWho] = useState('')
  const [manager, setManager] = useState(false)
  const chosen = others.find((c) => c.id === who) ?? others[0]
  const go = async () => {
    if (!chosen || !(await place.do({ shop: shop.id, account: chosen.id, manager, limit: 0 }))) return
    tell(w('placed', { name: chosen.name }))
    setOpen(false)
  }
  return (
    <>
      <button type="button" className="button" onClick={() => setOpen(true)}>{w('place')}</button>
      <Ask open={open} title={w('place')} text={w('placeText', { shop: shop.name })} yes={w('place.yes')} busy={place.isPending} error={place.error ? told(place.error, t) : undefined} onYes={() => void go()} onClose={() => setOpen(false)}>
        <SelectField name="place-who" label={w('who')} value={chosen?.id ?? ''} onValue={setWho} options={others.map((c) => ({ value: c.id, label: `${c.name} (${c.login})` }))} />
        <CheckField name="place-manager" label={w('asManager')} hint={w('managerHint')} checked={manager} onChecked={setManager} />
      </Ask>
    </>
  )
}

/** Invite makes a link for a clerk. It is shown once: who has it can make herself an account. */
function Invite({ shop }: { shop: Shop }) {
  const w = useWords(room)
  const { t } = useText()
  const { say } = useWhen()
  const tell = useTell()
  const invite = useInviteClerk()
  const [open, setOpen] = useState(false)
  const [name, setName] = useState('')
  const [manager, setManager] = useState(false)
  const [made, setMade] = useState<{ url: string; expires: number }>()
  const close = () => { setOpen(false); setMade(undefined); setName(''); setManager(false); invite.reset() }
  const copy = async (url: string) => { const ok = await copyText(url); tell(w(ok ? 'invite.copied' : 'invite.notCopied'), ok ? 'good' : 'bad') }
  const go = async () => {
    if (made) return copy(made.url)
    await invite.do({ shop: shop.id, name: name.trim(), manager, made: (url, expires) => setMade({ url, expires }) })
  }
  return (
    <>
      <button type="button" className="button primary" onClick={() => setOpen(true)}><Icon name="plus" />{w('invite')}</button>
      <Ask open={open} title={w(made ? 'invite.made' : 'invite')} text={made ? w('invite.madeText', { when: say(made.expires) }) : w('invite.text', { shop: shop.name })}
        yes={w(made ? 'invite.copy' : 'invite.make')} no={made ? t('dialog.close') : undefined} busy={invite.isPending} error={invite.error ? told(invite.error, t) : undefined} onYes={() => void go()} onClose={close}>
        {made ? <p className="path"><code className="invite-link">{made.url}</code></p> : (
          <>
            <TextField name="clerk-name" label={w('invite.name')} maxLength={60} autoComplete="off" value={name} onValue={setName} />
            <CheckField name="clerk-manager" label={w('asManager')} hint={w('managerHint')} checked={manager} onChecked={setManager} />
          </>
        )}
      </Ask>
    </>
  )
}
