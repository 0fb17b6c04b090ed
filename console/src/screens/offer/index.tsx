import { Route, Switch } from 'wouter'
import { Missing } from '../missing'
import { NewOfferPage } from './editor'
import './offer.css'

/** OfferRoom is where a brand writes an offer. */
export default function OfferRoom() {
  return (
    <Switch>
      <Route path="/offers/new" component={NewOfferPage} />
      <Route component={Missing} />
    </Switch>
  )
}
